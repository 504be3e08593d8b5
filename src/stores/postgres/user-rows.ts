/** Accounts as PostgreSQL keeps them: rows, and how they are found. */

import type { Account, AccountKey } from '../ports.ts'
import type { Database } from './database.ts'

export interface UserRow {
  readonly id: string
  readonly external_id: string | null
  readonly username: string | null
  readonly email: string | null
  readonly email_verified: boolean
  readonly name: string | null
  readonly password_hash: string
  readonly status: Account['status']
  readonly session_epoch: number
  readonly roles: string
  readonly scopes: string
  readonly created_at: string
  readonly updated_at: string
}

export const userColumns = `id, external_id, username, email, email_verified, name, password_hash,
  status, session_epoch, roles, scopes, created_at, updated_at`

export const userById = (database: Database, id: string): Promise<Account | undefined> =>
  one(database, `SELECT ${userColumns} FROM {schema}.users WHERE id = :value`, id)

export const userByKey = (database: Database, key: AccountKey): Promise<Account | undefined> =>
  'usernameKey' in key
    ? one(
        database,
        `SELECT ${userColumns} FROM {schema}.users WHERE username_key = :value`,
        key.usernameKey,
      )
    : one(
        database,
        `SELECT ${userColumns} FROM {schema}.users WHERE email_key = :value`,
        key.emailKey,
      )

async function one(database: Database, sql: string, value: string): Promise<Account | undefined> {
  const [row] = await database.run<UserRow>(sql, { value })
  return row && toAccount(row)
}

export async function externalUser(
  database: Database,
  externalId: string,
): Promise<Account | 'deleted' | undefined> {
  const [row] = await database.run<UserRow | (Partial<UserRow> & { readonly id: null })>(
    `SELECT u.* FROM {schema}.external_ids AS e
      LEFT JOIN {schema}.users AS u ON u.external_id = e.external_id
      WHERE e.external_id = :externalId`,
    { externalId },
  )
  if (row === undefined) return undefined
  return row.id === null ? 'deleted' : toAccount(row)
}

export async function usersAfter(
  database: Database,
  after: string,
  limit: number,
): Promise<readonly Account[]> {
  const rows = await database.run<UserRow>(
    `SELECT ${userColumns} FROM {schema}.users WHERE id > :after ORDER BY id LIMIT :limit::bigint`,
    { after, limit },
  )
  return rows.map(toAccount)
}

export function toAccount(row: UserRow): Account {
  return {
    id: row.id,
    externalId: row.external_id,
    username: row.username,
    email: row.email,
    emailVerified: row.email_verified,
    name: row.name,
    passwordHash: row.password_hash,
    status: row.status,
    sessionEpoch: row.session_epoch,
    roles: JSON.parse(row.roles),
    scopes: JSON.parse(row.scopes),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  }
}
