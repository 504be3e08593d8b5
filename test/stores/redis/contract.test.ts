/** The store contract on one Redis, by URL. */

import { afterAll } from 'vitest'
import { hasRedis, redisIsMissing, startRedis } from '../../support/redis-server.ts'
import { contractLeftOut, contractTests } from '../contract/contract-tests.ts'
import { redisFactory } from './factory.ts'

const rounds = 50

if (hasRedis()) {
  const server = await startRedis()
  afterAll(() => server.dispose())
  const form = { redis: server.url, prefix: 'test-', ports: [server.port] }
  contractTests(
    'Redis beside accounts in memory',
    redisFactory(() => form),
    [],
    'apart',
    rounds,
  )
} else {
  redisIsMissing('the store contract on Redis')
  contractLeftOut('Redis')
}
