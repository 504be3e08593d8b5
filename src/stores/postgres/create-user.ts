/**
 * Adding an account: the unique indexes decide, however many register one name at once.
 */

import { unavailable } from '../../errors.ts'
import type { Account, NewAccount } from '../ports.ts'
import { type Database, UniqueViolation } from './database.ts'
import { toAccount, type UserRow, userColumns } from './user-rows.ts'

type Taken = 'external_id_taken' | 'username_taken' | 'email_taken'

interface TakenRow {
  readonly external_id: boolean
  readonly username: boolean
  readonly email: boolean
}

/** What was in the way can go before it is looked at; then the name is free after all. */
const mostTries = 3

export async function createUser(
  database: Database,
  account: NewAccount,
): Promise<Account | Taken> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const created = await insert(database, account)
    if (created !== undefined) return created
    const taken = await whatIsTaken(database, account)
    if (taken !== undefined) return taken
  }
  throw unavailable(new Error('An account with this id exists.'))
}

/**
 * A name that is taken is no error of the database: that would be written to its log, with the name.
 *
 * @returns undefined when something is taken.
 */
async function insert(database: Database, account: NewAccount): Promise<Account | undefined> {
  try {
    const [row] = await database.run<UserRow>(
      `WITH at AS MATERIALIZED (SELECT {now} AS now), added AS (
          INSERT INTO {schema}.users (id, external_id, username, username_key, email, email_key,
              email_verified, name, password_hash, status, session_epoch, roles, scopes,
              created_at, updated_at)
            SELECT :id, :externalId, :username, :usernameKey, :email, :emailKey,
              false, :name, :passwordHash, 'active', 0, :roles, :scopes, now, now
            FROM at WHERE {durably} AND NOT EXISTS (
              SELECT FROM {schema}.external_ids WHERE external_id = :externalId
            )
            ON CONFLICT DO NOTHING RETURNING ${userColumns}
        ), known AS (
          -- Not "on conflict": an account that is deleted meanwhile may have left this id here.
          INSERT INTO {schema}.external_ids (external_id)
            SELECT external_id FROM added WHERE external_id IS NOT NULL
        )
        SELECT * FROM added`,
      {
        id: account.id,
        externalId: account.externalId,
        username: account.username,
        usernameKey: account.usernameKey,
        email: account.email,
        emailKey: account.emailKey,
        name: account.name,
        passwordHash: account.passwordHash,
        roles: JSON.stringify(account.roles),
        scopes: JSON.stringify(account.scopes),
      },
    )
    return row && toAccount(row)
  } catch (error) {
    if (error instanceof UniqueViolation) return undefined
    throw error
  }
}

async function whatIsTaken(
  database: Database,
  { externalId, usernameKey, emailKey }: NewAccount,
): Promise<Taken | undefined> {
  const [row] = await database.run<TakenRow>(
    `SELECT
        EXISTS (SELECT FROM {schema}.external_ids WHERE external_id = :externalId) AS external_id,
        EXISTS (SELECT FROM {schema}.users WHERE username_key = :usernameKey) AS username,
        EXISTS (SELECT FROM {schema}.users WHERE email_key = :emailKey) AS email`,
    { externalId, usernameKey, emailKey },
  )
  if (row?.external_id) return 'external_id_taken'
  if (row?.username) return 'username_taken'
  return row?.email ? 'email_taken' : undefined
}
