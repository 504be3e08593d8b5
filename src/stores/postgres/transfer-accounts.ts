/** Whole accounts in PostgreSQL, with the forms of their names that are compared. */

import { decideAccountImport } from '../decide-import.ts'
import type { ImportTable } from '../import-records.ts'
import type { AccountRecord, TransferPage } from '../ports.ts'
import { bulk, type Database, UniqueViolation } from './database.ts'
import { toAccount, type UserRow, userColumns } from './user-rows.ts'

interface RecordRow extends UserRow {
  readonly username_key: string | null
  readonly email_key: string | null
}

const columns = `${userColumns}, username_key, email_key`

/** What `columns` are in `givenRows`. */
const givenColumns = columns
  .split(',')
  .map((column) => `given.${column.trim()}`)
  .join(', ')

const givenRows = `json_to_recordset(:rows::json) AS given(id text, external_id text, username text,
  email text, email_verified boolean, name text, password_hash text, status text,
  session_epoch integer, roles text, scopes text, created_at bigint, updated_at bigint,
  username_key text, email_key text)`

export async function recordsAfter(
  database: Database,
  { after = '', limit }: TransferPage,
): Promise<readonly AccountRecord[]> {
  const rows = await database.run<RecordRow>(
    `SELECT ${columns} FROM {schema}.users WHERE id > :after ORDER BY id LIMIT :limit::bigint`,
    { after, limit },
    bulk,
  )
  return rows.map(toRecord)
}

export function accountTable(
  database: Database,
  takeNames: boolean,
): ImportTable<AccountRecord, AccountRecord> {
  return {
    decide: decideAccountImport,

    async read(ids) {
      const rows = await database.run<RecordRow>(
        `SELECT ${columns} FROM {schema}.users
          WHERE id IN (SELECT value FROM json_array_elements_text(:ids::json))`,
        { ids: JSON.stringify(ids) },
        bulk,
      )
      return rows.map(toRecord)
    },

    async add(records) {
      const rows = await orNone(() =>
        database.run<{ id: string }>(
          `WITH added AS (
              INSERT INTO {schema}.users (${columns}) SELECT ${givenColumns} FROM ${givenRows}
                WHERE {durably} AND NOT EXISTS (
                  SELECT FROM {schema}.external_ids AS e WHERE e.external_id = given.external_id
                )
                ON CONFLICT DO NOTHING RETURNING id, external_id
            ), known AS (
              INSERT INTO {schema}.external_ids (external_id)
                SELECT external_id FROM added WHERE external_id IS NOT NULL
            )
            SELECT id FROM added`,
          { rows: JSON.stringify(records.map(toRow)) },
          bulk,
        ),
      )
      return new Set(rows.map(({ id }) => id))
    },

    async replace(stored, record) {
      try {
        const changed = await database.run(
          `UPDATE {schema}.users AS u SET (${columns}) = (SELECT ${givenColumns} FROM ${givenRows})
            WHERE u.id = :id AND u.session_epoch = :epoch AND u.updated_at = :at::bigint
              AND {durably}
            RETURNING u.id`,
          {
            rows: JSON.stringify([toRow(record)]),
            id: record.id,
            epoch: stored.sessionEpoch,
            at: stored.updatedAt,
          },
          bulk,
        )
        return changed.length === 1
      } catch (error) {
        if (error instanceof UniqueViolation) return 'taken'
        throw error
      }
    },

    async makeRoom({ id, usernameKey, emailKey }) {
      if (!takeNames) return false
      const freed = await database.run(
        `UPDATE {schema}.users SET
            username = CASE WHEN username_key = :usernameKey THEN NULL ELSE username END,
            username_key = nullif(username_key, :usernameKey),
            email = CASE WHEN email_key = :emailKey THEN NULL ELSE email END,
            email_key = nullif(email_key, :emailKey)
          WHERE id <> :id AND (username_key = :usernameKey OR email_key = :emailKey) AND {durably}
          RETURNING id`,
        { id, usernameKey, emailKey },
        bulk,
      )
      return freed.length > 0
    },
  }
}

/** Another process took a name between the look and the writing. */
async function orNone<Row>(running: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await running()
  } catch (error) {
    if (error instanceof UniqueViolation) return []
    throw error
  }
}

const toRecord = (row: RecordRow): AccountRecord => ({
  ...toAccount(row),
  usernameKey: row.username_key,
  emailKey: row.email_key,
})

const toRow = (record: AccountRecord) => ({
  id: record.id,
  external_id: record.externalId,
  username: record.username,
  username_key: record.usernameKey,
  email: record.email,
  email_key: record.emailKey,
  email_verified: record.emailVerified,
  name: record.name,
  password_hash: record.passwordHash,
  status: record.status,
  session_epoch: record.sessionEpoch,
  roles: JSON.stringify(record.roles),
  scopes: JSON.stringify(record.scopes),
  created_at: record.createdAt,
  updated_at: record.updatedAt,
})
