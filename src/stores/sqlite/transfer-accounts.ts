/** Whole accounts in SQLite, with the forms of their names that are compared. */

import { decideAccountImport } from '../decide-import.ts'
import type { AccountImport, AccountRecord } from '../ports.ts'
import type { Queries, Transaction } from './database.ts'
import { toAccount, type UserRow, userColumns } from './user-rows.ts'

interface RecordRow extends UserRow {
  readonly username_key: string | null
  readonly email_key: string | null
}

const columns = `${userColumns}, username_key, email_key`

export const recordsAfter = (
  queries: Queries,
  after: string,
  limit: number,
): readonly AccountRecord[] =>
  queries
    .all<RecordRow>(`SELECT ${columns} FROM users WHERE id > ? ORDER BY id LIMIT ?`, [after, limit])
    .map(toRecord)

export function importAccount(
  transaction: Transaction,
  record: AccountRecord,
  takeNames: boolean,
): AccountImport {
  const row = transaction.get<RecordRow>(`SELECT ${columns} FROM users WHERE id = ?`, [record.id])
  if (decideAccountImport(row && toRecord(row), record) === 'keep') return 'kept'
  if (isExternalIdTaken(transaction, record)) return 'taken'
  if (takeNames) freeNames(transaction, record)
  else if (isNameTaken(transaction, record)) return 'taken'
  const values = [
    ...[record.id, record.externalId, record.username, record.email],
    ...[record.emailVerified ? 1 : 0, record.name, record.passwordHash, record.status],
    ...[record.sessionEpoch, JSON.stringify(record.roles), JSON.stringify(record.scopes)],
    ...[record.createdAt, record.updatedAt, record.usernameKey, record.emailKey],
  ]
  const names = columns.split(',').map((name) => name.trim())
  transaction.run(
    `INSERT INTO users (${columns}) VALUES (${names.map(() => '?').join(', ')})
      ON CONFLICT (id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    values,
  )
  return 'written'
}

function isExternalIdTaken(queries: Queries, { id, externalId }: AccountRecord): boolean {
  if (externalId === null) return false
  const taken = `SELECT 1 FROM users WHERE external_id = ?1 AND id <> ?2
    UNION ALL SELECT 1 FROM retired_external_ids WHERE external_id = ?1`
  return queries.get(taken, [externalId, id]) !== undefined
}

function isNameTaken(queries: Queries, { id, usernameKey, emailKey }: AccountRecord): boolean {
  const taken = 'SELECT 1 FROM users WHERE id <> ?1 AND (username_key = ?2 OR email_key = ?3)'
  return queries.get(taken, [id, usernameKey, emailKey]) !== undefined
}

function freeNames(transaction: Transaction, { id, usernameKey, emailKey }: AccountRecord): void {
  transaction.run(
    'UPDATE users SET username = NULL, username_key = NULL WHERE username_key = ? AND id <> ?',
    [usernameKey, id],
  )
  transaction.run(
    'UPDATE users SET email = NULL, email_key = NULL WHERE email_key = ? AND id <> ?',
    [emailKey, id],
  )
}

const toRecord = (row: RecordRow): AccountRecord => ({
  ...toAccount(row),
  usernameKey: row.username_key,
  emailKey: row.email_key,
})
