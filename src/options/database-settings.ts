/**
 * Where the accounts are: the option `database`, a URL or what the application has connected already.
 *
 * Only the kind is decided here; `open-stores.ts` loads what opens it, which judges the rest of a URL.
 */

import { resolve } from 'node:path'
import type { GivenDatabase } from '../stores/mongodb/client.ts'
import type { PostgresPool } from '../stores/postgres/pool.ts'
import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface DatabaseSettings {
  readonly accounts: AccountsDatabase
}

export type AccountsDatabase =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'mongodb'; readonly database: string | GivenDatabase }
  | {
      readonly kind: 'postgres'
      readonly database: string | PostgresPool
      readonly schema: string | undefined
    }

export function resolveDatabase(
  { database, databaseSchema }: AuthOptions,
  dataFolder: string,
  { mistakes }: Pick<Checks, 'mistakes'>,
): DatabaseSettings {
  const ownFile = `sqlite:${resolve(dataFolder, 'countersign.db')}`
  const given = database === undefined ? ownFile : database
  const schema = databaseSchema
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    mistakes.push('databaseSchema must be 1 to 40 of a-z, 0-9 and _, and begin with no digit')
  }
  const isPostgres = typeof given === 'string' ? /^postgres(ql)?:\/\/./.test(given) : isPool(given)
  if (schema !== undefined && !isPostgres) mistakes.push('databaseSchema is for PostgreSQL')
  if (typeof given !== 'string') {
    if (isPool(given)) return { accounts: { kind: 'postgres', database: given, schema } }
    if (!isMongo(given)) {
      mistakes.push(
        'database must be a URL, a pg.Pool, a Db of mongodb or a connection of Mongoose',
      )
    }
    return { accounts: { kind: 'mongodb', database: given } }
  }
  if (isPostgres) return { accounts: { kind: 'postgres', database: given, schema } }
  if (/^mongodb(\+srv)?:\/\/./.test(given))
    return { accounts: { kind: 'mongodb', database: given } }
  // The value is not repeated: a URL may hold a password.
  if (!/^sqlite:./.test(given)) {
    mistakes.push(
      "database (DATABASE_URL) must be 'sqlite:PATH', 'postgres://USER:PASSWORD@HOST/DATABASE' or " +
        "'mongodb://USER:PASSWORD@HOST/DATABASE'",
    )
  }
  const path = given.slice('sqlite:'.length)
  return { accounts: { kind: 'sqlite', path } }
}

/** By what makes a `pg.Pool` different from a single client, which serves one request at a time. */
const isPool = (value: unknown): value is PostgresPool =>
  typeof value === 'object' && value !== null && 'connect' in value && 'idleCount' in value

/** By what makes a `Db` or a connection of Mongoose different from a client. */
const isMongo = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ('asPromise' in value || ('collection' in value && 'command' in value))
