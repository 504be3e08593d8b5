/** Where sessions and counters live in Redis. Part of `auth-options.ts`. */

import type { RedisClient } from '../stores/redis/client.ts'

export type { RedisClient }

/** One of `url` and `client` is needed. */
export interface RedisOptions {
  /** Loads the package `redis`. @default `REDIS_URL` */
  readonly url?: string
  /**
   * The connected client that the application already has, of `redis` 5 or later or `ioredis` 5 or
   * later. `auth.close()` leaves it open. Its offline queue is best switched off.
   */
  readonly client?: RedisClient
  /** Begins every key; two applications on one Redis need different ones. @default 'countersign:' */
  readonly prefix?: string
  /** How long one command may take, in milliseconds, 10 to 10,000; past it 503. @default 250 */
  readonly deadlineMilliseconds?: number
}
