/**
 * The revocation feed alone, for services that only read it. Writes nothing: a Redis user that may
 * read the one key `PREFIXfeed` is enough.
 */

import type { SessionStore } from '../ports.ts'
import { connectionOf, type RedisClient } from './client.ts'
import { createCommands } from './commands.ts'
import { openClient } from './driver.ts'
import { redisFeed } from './feed.ts'
import { redisDefaults } from './open.ts'

export interface RedisFeedReaderOptions {
  /** A URL, or the connected client that the application already has; that one is not closed. */
  readonly redis: string | RedisClient
  /** As the server has it. @default 'countersign:' */
  readonly prefix?: string | undefined
  /** How far back to read at the start, in milliseconds. */
  readonly accessLifetime: number
  /** Told of broken connections. */
  readonly onError: (error: unknown) => void
}

export interface RedisFeedReader {
  readonly revocations: SessionStore['revocations']
  close(): void
}

/** @throws Error with a sentence for the operator when the driver is missing or the URL is wrong. */
export async function openRedisFeed(options: RedisFeedReaderOptions): Promise<RedisFeedReader> {
  const { redis, accessLifetime, onError, prefix = redisDefaults.prefix } = options
  const { deadlineMilliseconds } = redisDefaults
  const opened = typeof redis === 'string' ? await openClient(redis, onError) : undefined
  const client = opened?.client ?? (redis as RedisClient)
  const connection = connectionOf(client)
  const commands = createCommands(connection, { deadlineMilliseconds })
  const settings = { prefix, accessLifetime, deadlineMilliseconds }
  const feed = redisFeed(commands, connection, settings)
  return Object.freeze<RedisFeedReader>({
    revocations: feed.revocations,
    close() {
      feed.close()
      opened?.stopConnecting()
      if (opened !== undefined) connection.destroy()
    },
  })
}
