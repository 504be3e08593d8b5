/**
 * Every kind of store that a move can have at either side, as URLs of new and empty places on servers
 * of the test's own.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { StorePlace } from '../../src/cli/store-place.ts'
import { hasMongo, startMongo } from '../support/mongodb-server.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { hasRedis, redisIsMissing, startRedis } from '../support/redis-server.ts'

export interface KindOfStore {
  readonly name: string
  readonly newPlace: () => StorePlace
}

/** To be called at the top of a test file. */
export async function storesAtHand(suite: string): Promise<readonly KindOfStore[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-move-'))
  const postgres = await sharedPostgres(suite)
  const mongo = hasMongo(suite) ? await startMongo({ orGiven: true }) : undefined
  const redis = hasRedis() ? await startRedis() : undefined
  if (redis === undefined) redisIsMissing(suite)
  const database = await postgres?.createDatabase()
  afterAll(async () => {
    await Promise.all([postgres?.dispose(), mongo?.dispose(), redis?.dispose()])
    rmSync(folder, { recursive: true, force: true })
  })
  let made = 0
  const next = (): string => {
    made += 1
    return `move_${process.pid}_${made}`
  }
  const databases: KindOfStore[] = [
    { name: 'SQLite', newPlace: () => ({ database: `sqlite:${join(folder, next())}.db` }) },
  ]
  if (database !== undefined) {
    const newPlace = () => ({ database: `${database}?schema=${next()}` })
    databases.push({ name: 'PostgreSQL', newPlace })
  }
  if (mongo !== undefined) {
    // A loaded machine may take its time.
    const patience = '?waitQueueTimeoutMS=20000&connectTimeoutMS=20000'
    const newPlace = () => ({ database: `${mongo.url(next())}${patience}` })
    databases.push({ name: 'MongoDB', newPlace })
  }
  if (redis === undefined) return databases
  const withRedis = databases.map(({ name, newPlace }) => ({
    name: `${name} with Redis`,
    newPlace: () => ({ ...newPlace(), redis: redis.url, redisPrefix: `${next()}:` }),
  }))
  return [...databases, ...withRedis]
}
