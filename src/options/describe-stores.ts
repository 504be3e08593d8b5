/** Says in one line where accounts and sessions live, without a credential. */

import { redisAddress } from './redis-settings.ts'
import type { ResolvedOptions } from './resolve-options.ts'

type Places = Pick<ResolvedOptions, 'databasePath' | 'redis'>

export function describeStores({ databasePath, redis }: Places): string {
  const accounts = `SQLite (${databasePath})`
  if (redis === undefined) return `Accounts and sessions are in ${accounts}.`
  const { connection } = redis
  const place = typeof connection === 'string' ? ` (${redisAddress(connection)})` : ''
  return `Accounts are in ${accounts}, sessions in Redis${place}.`
}
