/** Accounts as SQLite keeps them: rows, and how they are found. */

import type { Account, AccountKey } from '../ports.ts'
import type { Queries } from './database.ts'

export interface UserRow {
  readonly id: string
  readonly external_id: string | null
  readonly username: string | null
  readonly email: string | null
  readonly email_verified: number
  readonly name: string | null
  readonly password_hash: string
  readonly status: Account['status']
  readonly session_epoch: number
  readonly roles: string
  readonly scopes: string
  readonly created_at: number
  readonly updated_at: number
}

export const userColumns = `id, external_id, username, email, email_verified, name, password_hash, status,
  session_epoch, roles, scopes, created_at, updated_at`

export function userById(queries: Queries, id: string): Account | undefined {
  return accountOf(queries.get<UserRow>(`SELECT ${userColumns} FROM users WHERE id = ?`, [id]))
}

export function userByKey(queries: Queries, key: AccountKey): Account | undefined {
  const row =
    'usernameKey' in key
      ? queries.get<UserRow>(`SELECT ${userColumns} FROM users WHERE username_key = ?`, [
          key.usernameKey,
        ])
      : queries.get<UserRow>(`SELECT ${userColumns} FROM users WHERE email_key = ?`, [key.emailKey])
  return accountOf(row)
}

export function externalUser(
  queries: Queries,
  externalId: string,
): Account | 'deleted' | undefined {
  const sql = `SELECT ${userColumns} FROM users WHERE external_id = ?`
  const present = accountOf(queries.get<UserRow>(sql, [externalId]))
  if (present !== undefined) return present
  // The two reads may see two commits: a deletion writes here in the step that removes there.
  const retired = 'SELECT 1 FROM retired_external_ids WHERE external_id = ?'
  return queries.get(retired, [externalId]) === undefined ? undefined : 'deleted'
}

export function usersAfter(queries: Queries, after: string, limit: number): readonly Account[] {
  const sql = `SELECT ${userColumns} FROM users WHERE id > ? ORDER BY id LIMIT ?`
  return queries.all<UserRow>(sql, [after, limit]).map(toAccount)
}

const accountOf = (row: UserRow | undefined): Account | undefined => row && toAccount(row)

export function toAccount(row: UserRow): Account {
  return {
    id: row.id,
    externalId: row.external_id,
    username: row.username,
    email: row.email,
    emailVerified: row.email_verified === 1,
    name: row.name,
    passwordHash: row.password_hash,
    status: row.status,
    sessionEpoch: row.session_epoch,
    roles: JSON.parse(row.roles),
    scopes: JSON.parse(row.scopes),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
