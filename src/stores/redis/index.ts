/** Sessions, counters and the revocation feed in Redis, for those who compose stores themselves. */

export type { SeparateSessionStore } from '../separate-sessions.ts'
export type { RedisClient } from './client.ts'
export { openRedisStores, type RedisStores, type RedisStoresOptions } from './open.ts'
