/**
 * Sessions, counters and the revocation feed in Redis 7 or later, or Valkey.
 */

import type { SessionLifetimes } from '../../sessions/session.ts'
import { kinds } from '../../shapes/option-shapes.ts'
import { checkStoreOptions, lifetimes, milliseconds } from '../checked-options.ts'
import type { AttemptStore } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import { redisAttempts } from './attempts.ts'
import { connectionOf, type RedisClient } from './client.ts'
import { createCommands } from './commands.ts'
import { openClient } from './driver.ts'
import { redisFeed } from './feed.ts'
import { inspectServer } from './inspect.ts'
import { redisSessions } from './sessions.ts'

export interface RedisStoresOptions extends SessionLifetimes {
  /** A URL, or the connected client that the application already has; that one is not closed. */
  readonly redis: string | RedisClient
  /** Begins every key. @default 'countersign:' */
  readonly prefix?: string
  /** Deadline of one command in milliseconds. @default 250 */
  readonly deadlineMilliseconds?: number
  /** Told of broken connections. @default nobody */
  readonly onError?: (error: unknown) => void
  /** Stands for Redis's own clock, for tests. */
  readonly clock?: () => number
}

export interface RedisStores {
  readonly sessions: SeparateSessionStore
  readonly attempts: AttemptStore
}

export const redisDefaults = { prefix: 'countersign:', deadlineMilliseconds: 250 }

/**
 * @throws TypeError naming every option that is missing or of a wrong kind; Error with a sentence for
 * the operator when the driver is missing or the URL is wrong.
 */
export async function openRedisStores(options: RedisStoresOptions): Promise<RedisStores> {
  checkStoreOptions('openRedisStores', options, {
    ...lifetimes,
    ...{ prefix: kinds.text, deadlineMilliseconds: milliseconds },
    ...{ onError: kinds.function, clock: kinds.function },
  })
  const { redis, onError = () => {} } = options
  const settings = { ...redisDefaults, ...options }
  const opened = typeof redis === 'string' ? await openClient(redis, onError) : undefined
  const connection = connectionOf(opened?.client ?? (redis as RedisClient))
  const commands = createCommands(connection, settings)
  const feed = redisFeed(commands, connection, settings)
  return Object.freeze<RedisStores>({
    sessions: Object.freeze<SeparateSessionStore>({
      ...redisSessions(commands, settings),
      announce: feed.announce,
      revocations: feed.revocations,
      ping: async () => void (await commands.send(settings.prefix, ['PING'])),
      inspect: () => inspectServer(commands, settings.prefix),
      async close() {
        feed.close()
        opened?.stopConnecting()
        if (opened !== undefined) connection.destroy()
      },
    }),
    attempts: redisAttempts(commands, { ...settings, isCluster: connection.isCluster }),
  })
}
