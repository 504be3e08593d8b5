/**
 * Where the accounts are: the option `database`, a URL or what the application has connected already.
 *
 * Only the kind is decided here; `open-accounts.ts` loads what opens it, which judges the rest of a URL.
 */

import { resolve } from 'node:path'
import type { PostgresPool } from '../stores/postgres/pool.ts'
import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface DatabaseSettings {
  readonly accounts: AccountsDatabase
  /** Path of the SQLite file; empty for another database. */
  readonly databasePath: string
}

export type AccountsDatabase =
  | { readonly kind: 'sqlite'; readonly path: string }
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
  const given = database ?? `sqlite:${resolve(dataFolder, 'countersign.db')}`
  const schema = databaseSchema
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    mistakes.push('databaseSchema must be 1 to 40 of a-z, 0-9 and _, and begin with no digit')
  }
  if (typeof given !== 'string') {
    if (!isPool(given)) mistakes.push('database must be a URL or a pg.Pool')
    return { accounts: { kind: 'postgres', database: given, schema }, databasePath: '' }
  }
  if (/^postgres(ql)?:\/\/./.test(given)) {
    return { accounts: { kind: 'postgres', database: given, schema }, databasePath: '' }
  }
  // The value is not repeated: a URL may hold a password.
  if (!/^sqlite:./.test(given)) {
    mistakes.push(
      "database (DATABASE_URL) must be 'sqlite:PATH' or 'postgres://USER:PASSWORD@HOST/DATABASE'",
    )
  }
  if (schema !== undefined) mistakes.push('databaseSchema is for PostgreSQL')
  const path = given.slice('sqlite:'.length)
  return { accounts: { kind: 'sqlite', path }, databasePath: path }
}

/** By what makes a `pg.Pool` different from a single client, which serves one request at a time. */
const isPool = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'connect' in value && 'idleCount' in value
