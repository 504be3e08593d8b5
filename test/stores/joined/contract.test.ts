/** The store contract where accounts and sessions are in two servers, joined. */

import { afterAll } from 'vitest'
import { openMongoStores } from '../../../src/stores/mongodb/open.ts'
import { openPostgresStores } from '../../../src/stores/postgres/open.ts'
import { hasMongo, shareMongo } from '../../support/mongodb-server.ts'
import { sharedPostgres } from '../../support/postgres-server.ts'
import { hasRedis, redisIsMissing, startRedis } from '../../support/redis-server.ts'
import { contractLeftOut, contractTests } from '../contract/contract-tests.ts'
import { redisFactory } from '../redis/factory.ts'

/** Each of the servers has its own contract test; here it is about their meeting. */
const rounds = 5

if (hasRedis()) {
  const redis = await startRedis()
  afterAll(() => redis.dispose())
  const form = (name: string) => () => ({
    redis: redis.url,
    prefix: `${name}-`,
    ports: [redis.port],
  })

  const postgres = await sharedPostgres('PostgreSQL and Redis joined')
  afterAll(() => postgres?.dispose())
  const url = await postgres?.createDatabase()
  if (url !== undefined) {
    const onPostgres = redisFactory(form('postgres'), ({ rule, ...options }) =>
      openPostgresStores({ database: url, schema: `joined_${rule}`, ...options }),
    )
    contractTests('Redis beside accounts in PostgreSQL', onPostgres, [], 'apart', rounds)
  } else contractLeftOut('Redis beside accounts in PostgreSQL')

  if (hasMongo('MongoDB and Redis joined')) {
    const mongo = shareMongo()
    const parameters = 'waitQueueTimeoutMS=20000&connectTimeoutMS=20000'
    const deadlines = { tokenPath: 20_000, others: 20_000 }
    const databases = new Map<number, string>()
    const onMongo = redisFactory(form('mongo'), ({ rule, ...options }) => {
      const database = databases.get(rule) ?? `${mongo.url()}?${parameters}`
      databases.set(rule, database)
      return openMongoStores({ database, deadlines, ...options })
    })
    contractTests('Redis beside accounts in MongoDB', onMongo, [], 'apart', rounds)
  } else contractLeftOut('Redis beside accounts in MongoDB')
} else {
  redisIsMissing('the store contract on two servers')
  contractLeftOut('two servers')
}
