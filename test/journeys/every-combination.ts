/** The matrix of the journeys: every way of serving × every store × both transports. */

import { afterAll } from 'vitest'
import type { Clock } from '../../src/clock.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { Transport } from '../../src/wire.ts'
import { leftOut } from '../left-out.ts'
import { type Client, createClient } from '../support/client.ts'
import { hasMongo, shareMongo } from '../support/mongodb-server.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { hasRedis, startRedis } from '../support/redis-server.ts'
import { createTestAuth } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'

const minute = 60_000
const day = 1440 * minute

const redis = hasRedis() ? await startRedis() : undefined
if (redis === undefined) leftOut('the journeys on Redis', 'apt-get install redis-server')
afterAll(() => redis?.dispose())
let applications = 0

const onRedis = (url: string) => async (): Promise<AuthOptions> => {
  applications += 1
  const prefix = `application-${applications}:`
  // Generous, for machines that do more than this.
  return { redis: { url, prefix, deadlineMilliseconds: 5000 } }
}

const postgres = await sharedPostgres('journeys on PostgreSQL')
afterAll(() => postgres?.dispose())
const postgresUrl = await postgres?.createDatabase()
let schemas = 0

const onPostgres = (url: string) => async (): Promise<AuthOptions> => {
  schemas += 1
  return { database: url, databaseSchema: `journey_${schemas}` }
}

/** One line a store: the options that make an application use it. */
const everyStore: Record<string, (clock: Clock) => Promise<AuthOptions>> = {
  SQLite: async () => ({}),
  memory: async (clock) => ({
    stores: await openMemoryStores({
      clock,
      accessLifetime: 15 * minute,
      inactivityTimeout: 7 * day,
      absoluteLifetime: 30 * day,
    }),
  }),
  ...(redis !== undefined && { 'SQLite and Redis': onRedis(redis.url) }),
  ...(postgresUrl && { PostgreSQL: onPostgres(postgresUrl) }),
}

const together =
  (...parts: (() => Promise<AuthOptions>)[]) =>
  async (): Promise<AuthOptions> =>
    Object.assign({}, ...(await Promise.all(parts.map((part) => part()))))

if (postgresUrl !== undefined && redis !== undefined) {
  everyStore['PostgreSQL and Redis'] = together(onPostgres(postgresUrl), onRedis(redis.url))
}

if (hasMongo('the journeys on MongoDB')) {
  const mongo = shareMongo()
  const onMongo = async (): Promise<AuthOptions> => ({ database: mongo.url() })
  everyStore.MongoDB = onMongo
  if (redis !== undefined) everyStore['MongoDB and Redis'] = together(onMongo, onRedis(redis.url))
}

export interface Journey {
  readonly base: string
  readonly laptop: Client
  readonly phone: Client
  /** Moves the clock of the application and its stores on. */
  wait(milliseconds: number): void
}

export const everyCombination = waysOfServing.flatMap(([way, serve]) =>
  Object.entries(everyStore).flatMap(([store, optionsOf]) =>
    (['bearer', 'cookie'] satisfies Transport[]).map((transport) => ({
      name: `${way}, ${store}, ${transport}`,
      /** Serves an application of its own. */
      begin: async (): Promise<Journey> => {
        let offset = 0
        const clock = () => Date.now() + offset
        const { auth } = await createTestAuth({ clock, ...(await optionsOf(clock)) })
        const base = await serve(auth)
        return {
          base,
          laptop: createClient(base, transport),
          phone: createClient(base, transport),
          wait: (milliseconds) => {
            offset += milliseconds
          },
        }
      },
    })),
  ),
)
