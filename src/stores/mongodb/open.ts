/**
 * All stores in one MongoDB database, shared by any number of processes: a standalone server, a replica
 * set or a sharded cluster. No transactions are used.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { Stores } from '../ports.ts'
import { wakeUps } from '../wake-ups.ts'
import { announcementsOf } from './announcements.ts'
import { mongoAttempts } from './attempts.ts'
import { databaseOf, type GivenDatabase, isDuplicate, type MongoDatabase } from './client.ts'
import {
  type Connection,
  createConnection,
  type Deadlines,
  durable,
  usualDeadlines,
} from './connection.ts'
import { openClient } from './driver.ts'
import { mongoEndedList } from './ended-list.ts'
import { mongoFeed } from './feed.ts'
import { makeIndexes } from './indexes.ts'
import { mongoKeys } from './keys.ts'
import { mongoOneTimeTokens } from './one-time-tokens.ts'
import { revocationLog } from './revocation-log.ts'
import { mongoSessions } from './sessions.ts'
import { openStoreClock, sayHello } from './store-clock.ts'
import { mongoTransfer } from './transfer.ts'
import { mongoUsers } from './users.ts'

export interface MongoStoresOptions extends SessionLifetimes {
  /** A URL, or what the application already has; that is not closed. */
  readonly database: string | GivenDatabase
  /** Begins the name of every collection. @default 'countersign_' */
  readonly prefix?: string
  /** Told of broken connections. @default nobody */
  readonly onError?: (error: unknown) => void
  /** Stands for the server's own clock, for tests. */
  readonly clock?: Clock | undefined
  /** In milliseconds. @default 800 on the token path, 2000 elsewhere */
  readonly deadlines?: Deadlines
}

const defaultPrefix = 'countersign_'

/**
 * Connects, and makes the indexes that are missing.
 *
 * @throws Error with a sentence for the operator; nothing of the URL is in it.
 */
export async function openMongoStores(options: MongoStoresOptions): Promise<Stores> {
  const { database: given, prefix = defaultPrefix, deadlines = usualDeadlines } = options
  const opened =
    typeof given === 'string'
      ? await openClient(given, options.onError ?? (() => {}))
      : { database: await databaseOf(given), close: async () => {} }
  const { database } = opened
  const connection = createConnection(database, prefix, deadlines)
  try {
    const storeClock = await openStoreClock(database, options.clock)
    await makeIndexes(connection)
    const identity = await identityOf(connection)
    return joined(
      { connection, database, storeClock, identity, closeClient: opened.close },
      options,
    )
  } catch (cause) {
    await opened.close().catch(() => {})
    const { databaseName } = database
    throw new Error(`The MongoDB database ${databaseName} cannot be used: ${reason(cause)}`, {
      cause,
    })
  }
}

interface Opened {
  readonly connection: Connection
  readonly database: MongoDatabase
  readonly storeClock: Awaited<ReturnType<typeof openStoreClock>>
  readonly identity: string
  readonly closeClient: () => Promise<void>
}

function joined(opened: Opened, lifetimes: SessionLifetimes): Stores {
  const { connection, database, storeClock, identity, closeClient } = opened
  const { now: clock, isReplicaSet } = storeClock
  const { accessLifetime } = lifetimes
  const waiters = wakeUps()
  const log = revocationLog(connection, clock, waiters.wake)
  const announcements = announcementsOf(connection, log, clock)
  const feed = mongoFeed({
    ...{ connection, log, announcements, waiters, clock, isReplicaSet, identity, accessLifetime },
  })
  return Object.freeze<Stores>({
    users: mongoUsers(connection, announcements, clock),
    sessions: mongoSessions({ connection, announcements, log, feed, clock }, lifetimes),
    keys: mongoKeys(connection),
    oneTimeTokens: mongoOneTimeTokens(connection, clock),
    attempts: mongoAttempts(connection, clock),
    endedList: mongoEndedList(connection, announcements, clock, lifetimes),
    transfer: mongoTransfer(connection, log, clock),
    ping: () => connection.soon(async () => void (await sayHello(database))),
    async close() {
      storeClock.stop()
      feed.close()
      await closeClient()
    },
  })
}

/** What tells these data from others under the same name. */
async function identityOf(connection: Connection): Promise<string> {
  const collection = connection.collection<{ readonly _id: string; readonly value: string }>('meta')
  try {
    await collection.insertOne({ _id: 'identity', value: randomUUID() }, durable)
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
  const found = await collection.findOne({ _id: 'identity' })
  if (found === null) throw new Error('what was just written is not found')
  return found.value
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
