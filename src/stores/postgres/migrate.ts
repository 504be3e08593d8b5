/**
 * Brings a schema to the newest version: from any number of processes at once, and under load.
 */

import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from './database.ts'
import { sqlState } from './failure.ts'
import type { PostgresClient } from './pool.ts'
import { migrations as published } from './schema.ts'
import { withSchema } from './statement.ts'

type Migrations = typeof published

/** Another process may be at it; the lock of a table may be held by a long report. */
const mostTries = 30
const lockTimeout = '3s'

/**
 * Each version is a transaction under a lock that all processes take. A statement that changes a table
 * waits for it at most three seconds, since everybody else waits behind it, and then tries again.
 *
 * @throws Error for a schema of a newer release, and whatever the server refuses.
 */
export async function migrate(
  database: Database,
  where: string,
  migrations: Migrations = published,
): Promise<void> {
  for (;;) {
    const found = await versionOf(database)
    if (found > migrations.length) throw new Error(newerSchema(where, found, migrations.length))
    if (found === migrations.length) return
    await oneVersion(database, found, migrations)
  }
}

/** The statements that `migrate` would send, in order; none where the schema is up to date. */
export async function pendingMigrations(
  database: Database,
  migrations: Migrations = published,
): Promise<readonly string[]> {
  const found = await versionOf(database)
  return statementsFrom(database.schema, found, migrations)
}

function statementsFrom(schema: string, found: number, migrations: Migrations): readonly string[] {
  const steps = migrations
    .slice(found)
    .flatMap((step, index) => [...step, counted(found + index + 1)])
  return [...(found === 0 ? beginning : []), ...steps].map((sql) => withSchema(sql, schema))
}

const beginning = [
  'CREATE SCHEMA IF NOT EXISTS {schema}',
  'CREATE TABLE IF NOT EXISTS {schema}.schema_version (version integer NOT NULL)',
  'INSERT INTO {schema}.schema_version SELECT 0 WHERE NOT EXISTS (SELECT FROM {schema}.schema_version)',
]

const counted = (version: number): string =>
  `UPDATE {schema}.schema_version SET version = ${version}`

// Not to_regclass(), which may answer by what this transaction knew before it waited for the lock.
const hasVersionTable = `SELECT EXISTS (SELECT FROM pg_catalog.pg_tables
  WHERE schemaname = '{schema}' AND tablename = 'schema_version') AS present`

/** 0 for a schema that is not there. */
async function versionOf(database: Database): Promise<number> {
  const [table] = await database.run<{ present: boolean }>(hasVersionTable)
  if (!table?.present) return 0
  const [row] = await database.run<{ version: number }>(
    'SELECT version FROM {schema}.schema_version',
  )
  return row?.version ?? 0
}

async function oneVersion(
  database: Database,
  found: number,
  migrations: Migrations,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const client = await database.connect()
    try {
      await inTransaction(client, async (send) => {
        // Waits for the process that is at it.
        await send(withSchema(takeLock, database.schema))
        await send(`SET LOCAL lock_timeout = '${lockTimeout}'`)
        const steps = migrations.slice(0, found + 1)
        const now = await versionWithin(send, database.schema)
        if (now !== found) return
        for (const sql of statementsFrom(database.schema, found, steps)) await send(sql)
      })
      client.release()
      return
    } catch (error) {
      client.release(true)
      if (sqlState(error) !== lockNotAvailable || tries === mostTries) throw error
      await pause(Math.random() * 1000)
    }
  }
}

const lockNotAvailable = '55P03'
const takeLock = `SELECT pg_advisory_xact_lock(hashtextextended('{schema}.schema_version', 0))`

type Send = (sql: string) => Promise<readonly unknown[]>

async function inTransaction(client: PostgresClient, work: (send: Send) => Promise<void>) {
  const send: Send = async (text) => (await client.query({ text, values: [] })).rows
  await send('BEGIN')
  await send('SET LOCAL statement_timeout = 0')
  await send('SET LOCAL synchronous_commit = on')
  await work(send)
  await send('COMMIT')
}

async function versionWithin(send: Send, schema: string): Promise<number> {
  const name = withSchema('{schema}.schema_version', schema)
  const [table] = await send(withSchema(hasVersionTable, schema))
  if (!(table as { present: boolean }).present) return 0
  const [row] = await send(`SELECT version FROM ${name}`)
  return (row as { version: number } | undefined)?.version ?? 0
}

const newerSchema = (where: string, found: number, known: number): string =>
  `${where} has schema version ${found}, and this release knows ${known}; it was written by a ` +
  'newer release.'
