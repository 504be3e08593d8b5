/**
 * Opens a pool by URL: `postgres://` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`.
 *
 * Its parameters are those of the package `pg` (`sslmode` …) and three of ours: `schema`, `pool` (most
 * connections) and `pgbouncer=true`. The driver is loaded here and only here.
 */

import { elsewhere } from './database.ts'
import type { PostgresClient, PostgresPool } from './pool.ts'
import { isSchemaName } from './statement.ts'

export interface PostgresUrl {
  /** Without our own parameters. */
  readonly connectionString: string
  readonly schema: string | undefined
  readonly poolSize: number
  /** A pooler in transaction mode is in between: no LISTEN, no start parameters. */
  readonly pgbouncer: boolean
  /** Host and database, for messages. */
  readonly where: string
}

const defaultPoolSize = 10
/** For a statement that was given up while the server had it; by then nobody waits for it. */
const statementTimeout = 10_000

/** @returns what is wrong with it, for the sentence that begins with the option's name. */
export function parsePostgresUrl(text: string): PostgresUrl | string {
  if (!URL.canParse(text)) return 'must be a URL such as postgres://user:password@host/database'
  const url = new URL(text)
  const schema = url.searchParams.get('schema') ?? undefined
  const pool = url.searchParams.get('pool')
  const pgbouncer = url.searchParams.get('pgbouncer')
  if (schema !== undefined && !isSchemaName(schema)) {
    return 'has a schema that is not 1 to 40 of a-z, 0-9 and _, or begins with a digit or pg_'
  }
  const poolSize = Number(pool ?? defaultPoolSize)
  if (!Number.isInteger(poolSize) || poolSize < 1 || poolSize > 1000) {
    return 'has a pool that is not a whole number from 1 to 1000'
  }
  if (pgbouncer !== null && pgbouncer !== 'true' && pgbouncer !== 'false') {
    return 'has a pgbouncer that is neither true nor false'
  }
  for (const name of ['schema', 'pool', 'pgbouncer']) url.searchParams.delete(name)
  return {
    connectionString: url.href,
    schema,
    poolSize,
    pgbouncer: pgbouncer === 'true',
    where: `The PostgreSQL database ${url.host || 'localhost'}${url.pathname}`,
  }
}

export interface OpenedPool {
  readonly pool: PostgresPool
  /** Opens a connection that is not one of the pool. */
  connectAlone(): Promise<PostgresClient>
}

/** Does not wait for a connection. @throws Error with one line when the driver is missing. */
export async function openPool(url: PostgresUrl): Promise<OpenedPool> {
  const { Pool, Client } = await loadDriver()
  const settings = {
    connectionString: url.connectionString,
    application_name: 'countersign',
    connectionTimeoutMillis: elsewhere,
    keepAlive: true,
    keepAliveInitialDelayMillis: 1000,
    ...(!url.pgbouncer && { statement_timeout: statementTimeout }),
  }
  const pool = new Pool({ ...settings, max: url.poolSize, idleTimeoutMillis: 30_000 })
  // Also while it is being ended, when the stores no longer listen.
  pool.on('error', () => {})
  return {
    pool: pool as unknown as PostgresPool,
    async connectAlone() {
      const client = new Client(settings)
      // What happens before anybody listens must not end the process.
      client.on('error', () => {})
      await client.connect()
      const release = (): void => void client.end().catch(() => {})
      return Object.assign(client, { release }) as unknown as PostgresClient
    },
  }
}

async function loadDriver(): Promise<Pick<typeof import('pg'), 'Pool' | 'Client'>> {
  try {
    // It is a CommonJS module.
    return (await import('pg')).default
  } catch (cause) {
    throw new Error('A PostgreSQL database needs the package pg: npm install pg', { cause })
  }
}
