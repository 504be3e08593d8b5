/**
 * Stores on a pool that counts and can be made to fail, for the tests of this folder.
 */

import pg from 'pg'
import { onTestFinished } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openPostgresStores } from '../../../src/stores/postgres/open.ts'
import type {
  PostgresClient,
  PostgresPool,
  PostgresStatement,
} from '../../../src/stores/postgres/pool.ts'

export interface WatchedPool {
  readonly pool: PostgresPool
  /** What was sent, in order; each is one round trip. */
  readonly sent: PostgresStatement[]
  /**
   * How long the chain is of statements of requests of which each was sent after the one before it
   * was answered: so often somebody has waited.
   */
  waits(): number
  /** Ends every connection. */
  end(): Promise<void>
}

/** Waiting for the feed goes on beside requests. */
export const isOfRequests = ({ text }: { readonly text: string }): boolean =>
  !text.includes('revocations_seq')

/** A `pg.Pool` as an application has it, with a look at what is sent. */
export function watchedPool(url: string, settings: pg.PoolConfig = {}): WatchedPool {
  const given = new pg.Pool({ connectionString: url, max: 10, ...settings })
  const sent: PostgresStatement[] = []
  let waited = 0
  const watched = new WeakMap<pg.PoolClient, PostgresClient>()
  onTestFinished(() => given.end().catch(() => {}))
  const pool: PostgresPool = {
    on: (event, listener) => given.on(event as 'error', listener),
    removeListener: (event, listener) => given.removeListener(event as 'error', listener),
    async connect() {
      const client = await given.connect()
      const known = watched.get(client)
      if (known !== undefined) return known
      const watching: PostgresClient = {
        async query(statement) {
          sent.push(statement)
          const waits = waited + 1
          const answer = await client.query(statement)
          if (isOfRequests(statement)) waited = Math.max(waited, waits)
          return answer
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event as 'error', listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
      }
      watched.set(client, watching)
      return watching
    },
  }
  return {
    pool: Object.assign(pool, { idleCount: 0 }),
    sent,
    waits: () => waited,
    end: () => given.end(),
  }
}

/** On the database's own clock. */
export async function openStores(database: string | PostgresPool, schema = 'countersign') {
  const stores = await openPostgresStores({ database, schema, ...contractLifetimes })
  onTestFinished(() => stores.close().catch(() => {}))
  return stores
}

export const atOnce = { waitMilliseconds: 0, signal: new AbortController().signal }
