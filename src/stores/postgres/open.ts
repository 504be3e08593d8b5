/**
 * All stores in one schema of a PostgreSQL database, 13 or later.
 */

import { AuthError } from '../../errors.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { Stores } from '../ports.ts'
import { postgresAttempts } from './attempts.ts'
import { createDatabase, type Database } from './database.ts'
import { openPool, parsePostgresUrl } from './driver.ts'
import { postgresEndedList } from './ended-list.ts'
import { sqlState, startUpError } from './failure.ts'
import { postgresFeed } from './feed.ts'
import { postgresKeys } from './keys.ts'
import { listenOn, noListener } from './listen.ts'
import { migrate, pendingMigrations } from './migrate.ts'
import { postgresOneTimeTokens } from './one-time-tokens.ts'
import type { PostgresClient, PostgresPool } from './pool.ts'
import { createRefreshReads } from './refresh-account.ts'
import { postgresSessions } from './sessions.ts'
import { isSchemaName } from './statement.ts'
import { postgresTransfer } from './transfer.ts'
import { postgresUsers } from './users.ts'

export interface PostgresStoresOptions extends SessionLifetimes {
  /** A URL (`driver.ts`), or the `pg.Pool` that the application already has; that one is not ended. */
  readonly database: string | PostgresPool
  /** Schema of the tables; a URL may name it. @default 'countersign' */
  readonly schema?: string | undefined
  /** Stands for the database's own clock, for tests. */
  readonly clock?: (() => number) | undefined
}

const defaultSchema = 'countersign'

interface Opened {
  readonly database: Database
  readonly where: string
  readonly connectAlone: (() => Promise<PostgresClient>) | undefined
  end(): Promise<void>
}

/**
 * Connects, and brings the tables to the newest version.
 *
 * @throws Error with a sentence for the operator that names host and database.
 */
export async function openPostgresStores(options: PostgresStoresOptions): Promise<Stores> {
  const opened = await open(options)
  const { database, where, connectAlone } = opened
  const hasTimeline = await answered(opened, async () => {
    await requireReadCommitted(database)
    await migrate(database, where)
    return tellsTimeline(database)
  })
  const reads = createRefreshReads(database)
  const feed = postgresFeed(database, {
    accessLifetime: options.accessLifetime,
    hasTimeline,
    listen: (wake) =>
      connectAlone === undefined
        ? noListener
        : listenOn(connectAlone, `${database.schema}_revocations`, wake),
  })
  return Object.freeze<Stores>({
    users: postgresUsers(database, reads),
    sessions: postgresSessions(database, feed, reads, options),
    keys: postgresKeys(database),
    oneTimeTokens: postgresOneTimeTokens(database),
    attempts: postgresAttempts(database),
    endedList: postgresEndedList(database, options),
    transfer: postgresTransfer(database),
    ping: async () => void (await database.run('SELECT version FROM {schema}.schema_version')),
    async close() {
      feed.close()
      await opened.end()
    },
  })
}

/** The SQL that `openPostgresStores` would send to bring the tables up to date. Changes nothing. */
export async function pendingPostgresMigrations(
  options: Pick<PostgresStoresOptions, 'database' | 'schema'>,
): Promise<readonly string[]> {
  const opened = await open(options)
  const pending = await answered(opened, () => pendingMigrations(opened.database))
  await opened.end()
  return pending
}

async function open(
  options: Pick<PostgresStoresOptions, 'database' | 'schema' | 'clock'>,
): Promise<Opened> {
  const { database: given, clock } = options
  if (typeof given !== 'string') {
    const schema = checkedSchema(options.schema ?? defaultSchema)
    const where = 'The PostgreSQL database of the given pool'
    const database = createDatabase({ pool: given, schema, where, clock })
    const end = async (): Promise<void> => database.close()
    // The only connection of a pool must not be kept for listening.
    const connectAlone = given.options?.max === 1 ? undefined : () => given.connect()
    return { database, where, connectAlone, end }
  }
  const url = parsePostgresUrl(given)
  if (typeof url === 'string') throw new TypeError(`database ${url}`)
  const { where, pgbouncer } = url
  const schema = checkedSchema(options.schema ?? url.schema ?? defaultSchema)
  const { pool, connectAlone } = await openPool(url)
  const database = createDatabase({ pool, schema, where, clock, prepares: !pgbouncer })
  return {
    database,
    where,
    connectAlone: pgbouncer ? undefined : connectAlone,
    async end() {
      if (database.isClosed()) return
      database.close()
      await pool.end?.()
    },
  }
}

function checkedSchema(name: string): string {
  if (!isSchemaName(name)) throw new TypeError(`'${name}' is no name of a schema`)
  return name
}

/** Ends what was opened when the start fails, and says where. */
async function answered<Result>(opened: Opened, start: () => Promise<Result>): Promise<Result> {
  try {
    return await start()
  } catch (error) {
    await opened.end()
    if (error instanceof AuthError) throw startUpError(opened.where, error.cause)
    throw sqlState(error) === undefined ? error : startUpError(opened.where, error)
  }
}

/** A function that has waited for a lock must see what was committed meanwhile. */
async function requireReadCommitted(database: Database): Promise<void> {
  const [row] = await database.run<{ level: string }>(
    `SELECT current_setting('transaction_isolation') AS level`,
  )
  if (row?.level === 'read committed') return
  throw new Error(
    `PostgreSQL runs transactions as '${row?.level}' here; set default_transaction_isolation of ` +
      "this user or pool to 'read committed'.",
  )
}

/** Some managed servers do not show their log's position. */
async function tellsTimeline(database: Database): Promise<boolean> {
  try {
    await database.run('SELECT pg_walfile_name(pg_current_wal_lsn())')
    return true
  } catch {
    return false
  }
}
