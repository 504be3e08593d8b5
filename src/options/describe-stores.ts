/** Says in one line where accounts and sessions live, without a credential. */

import { redisAddress } from './redis-settings.ts'
import type { ResolvedOptions } from './resolve-options.ts'

type Places = Pick<ResolvedOptions, 'accounts' | 'redis'>

export function describeStores({ accounts: database, redis }: Places): string {
  const accounts =
    database.kind === 'sqlite' ? `SQLite (${database.path})` : databaseNames[database.kind]
  if (redis === undefined) return `Accounts and sessions are in ${accounts}.`
  const { connection } = redis
  const place = typeof connection === 'string' ? ` (${redisAddress(connection)})` : ''
  return `Accounts are in ${accounts}, sessions in Redis${place}.`
}

const databaseNames = { mongodb: 'MongoDB', postgres: 'PostgreSQL' } as const
