/**
 * SQL with names for its parameters, and the few expressions that many statements share.
 *
 * `:name` is a parameter; values never become part of the text. `{schema}` is the schema, `{lightly}` and
 * `{durably}` say how the commit is made. `{now}` is the database's clock in milliseconds; `{at}` is the
 * same at the beginning of the statement, for conditions: what changes from row to row uses no index.
 */

import { createHash } from 'node:crypto'

export type SqlValue = string | number | boolean | null | Uint8Array | readonly number[]
export type SqlValues = Readonly<Record<string, SqlValue>>

export interface CompiledStatement {
  /** Of the text, so that a pooler which mixes connections up never finds another one under it. */
  readonly name: string
  readonly text: string
  /** In the order of `$1`, `$2` …; `now` is the clock of a test. */
  readonly names: readonly string[]
}

/**
 * How long a statement waits for a lock. Less than every deadline, so that what was given up does
 * not happen later. Not a setting of the session: PgBouncer shares those among its clients.
 */
const lockTimeout = `set_config('lock_timeout', '700ms', true)`

/**
 * Evaluated once, before the statement touches a row. A durable step waits for the disk also where the
 * database as a whole does not, and for a standby where the database says so.
 */
const lightly = `(SELECT set_config('synchronous_commit', 'off', true) || ${lockTimeout}) IS NOT NULL`
const durably = `(SELECT set_config('synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
    ELSE current_setting('synchronous_commit') END, true) || ${lockTimeout}) IS NOT NULL`

const timeOf = (clock: string): string =>
  `coalesce(:now::bigint, (extract(epoch FROM ${clock}()) * 1000)::bigint)`

/** @param schema checked by `isSchemaName`. */
export function createCompiler(schema: string): (sql: string) => CompiledStatement {
  // Statements are constants of the code, so they are few.
  const compiled = new Map<string, CompiledStatement>()
  return (sql) => {
    const known = compiled.get(sql)
    if (known !== undefined) return known
    const statement = compile(sql, schema)
    compiled.set(sql, statement)
    return statement
  }
}

export const withSchema = (sql: string, schema: string): string =>
  sql.replaceAll('{schema}', schema)

/** Lower case without quotes, and short enough for the names that are made of it. */
export const isSchemaName = (name: string): boolean =>
  /^[a-z_][a-z0-9_]{0,39}$/.test(name) && !name.startsWith('pg_')

function compile(sql: string, schema: string): CompiledStatement {
  const names: string[] = []
  const text = withSchema(sql, schema)
    .replaceAll('{lightly}', lightly)
    .replaceAll('{durably}', durably)
    .replaceAll('{now}', timeOf('clock_timestamp'))
    .replaceAll('{at}', timeOf('statement_timestamp'))
    // Not the `::` of a cast.
    .replaceAll(/(?<!:):([a-z][A-Za-z]*)/g, (_, name: string) => {
      if (!names.includes(name)) names.push(name)
      return `$${names.indexOf(name) + 1}`
    })
  const name = `countersign_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  return { name, text, names }
}
