/**
 * Where the accounts are: the option `database`, a URL or what the application has connected already.
 *
 * Only the kind is decided here; `open-accounts.ts` loads what opens it, which judges the rest of a URL.
 */

import { resolve } from 'node:path'
import type { GivenDatabase } from '../stores/mongodb/client.ts'
import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface DatabaseSettings {
  readonly accounts: AccountsDatabase
  /** Path of the SQLite file; empty for another database. */
  readonly databasePath: string
}

export type AccountsDatabase =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'mongodb'; readonly database: string | GivenDatabase }

export function resolveDatabase(
  { database }: AuthOptions,
  dataFolder: string,
  { mistakes }: Pick<Checks, 'mistakes'>,
): DatabaseSettings {
  const given = database ?? `sqlite:${resolve(dataFolder, 'countersign.db')}`
  if (typeof given !== 'string') {
    if (!isMongo(given)) {
      mistakes.push('database must be a URL, a Db of mongodb or a connection of Mongoose')
    }
    return { accounts: { kind: 'mongodb', database: given }, databasePath: '' }
  }
  if (/^mongodb(\+srv)?:\/\/./.test(given)) {
    return { accounts: { kind: 'mongodb', database: given }, databasePath: '' }
  }
  // The value is not repeated: a URL may hold a password.
  if (!/^sqlite:./.test(given)) {
    mistakes.push(
      "database (DATABASE_URL) must be 'sqlite:PATH' or 'mongodb://USER:PASSWORD@HOST/DATABASE'",
    )
  }
  const path = given.slice('sqlite:'.length)
  return { accounts: { kind: 'sqlite', path }, databasePath: path }
}

/** By what makes a `Db` or a connection of Mongoose different from a client. */
const isMongo = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ('asPromise' in value || ('collection' in value && 'command' in value))
