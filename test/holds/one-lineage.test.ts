import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openMongoStores } from '../../src/stores/mongodb/open.ts'
import { openRedisStores } from '../../src/stores/redis/open.ts'
import { openSqliteStores } from '../../src/stores/sqlite/open.ts'
import { leftOut } from '../left-out.ts'
import { hasMongo, shareMongo } from '../support/mongodb-server.ts'
import { hasRedis, startRedis } from '../support/redis-server.ts'
import { lineageOptions, playLineage } from './lineage.ts'

test('G2, R4: in 1,000 rounds of 1,000 parallel refreshes in memory one successor commits', async () => {
  const { sessions } = await openMemoryStores(lineageOptions)
  expect(await playLineage(1000, [sessions])).toEqual({ single: 1000, double: 0, broken: 0 })
}, 60_000)

test('G2, R4: in 100 rounds of 1,000 parallel refreshes on two handles of an SQLite file one successor commits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-lineage-'))
  const path = join(folder, 'auth.db')
  const handles = [
    await openSqliteStores({ path, ...lineageOptions }),
    await openSqliteStores({ path, ...lineageOptions }),
  ]
  onTestFinished(async () => {
    for (const handle of handles) await handle.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const sessions = handles.map((handle) => handle.sessions)
  expect(await playLineage(100, sessions)).toEqual({ single: 100, double: 0, broken: 0 })
}, 60_000)

if (!hasRedis()) leftOut('parallel refreshes on Redis', 'apt-get install redis-server')

test.skipIf(!hasRedis())(
  'G2: in 50 rounds of 1,000 parallel refreshes over two connections to Redis one successor commits',
  async () => {
    const server = await startRedis()
    onTestFinished(server.dispose)
    const settings = { redis: server.url, deadlineMilliseconds: 10_000, ...lineageOptions }
    const stores = await Promise.all([openRedisStores(settings), openRedisStores(settings)])
    const sessions = stores.map((handle) => handle.sessions)
    for (const store of sessions) onTestFinished(store.close)
    for (const { ping } of sessions) await expect.poll(ping).toBeUndefined()
    expect(await playLineage(50, sessions)).toEqual({ single: 50, double: 0, broken: 0 })
  },
  60_000,
)

describe.runIf(hasMongo('one lineage in MongoDB'))('in MongoDB', () => {
  const mongo = shareMongo()

  test('G2, R4: in 5 rounds of 1,000 parallel refreshes on two handles of a MongoDB one successor commits', async () => {
    const patient = '?waitQueueTimeoutMS=60000&connectTimeoutMS=60000'
    const database = `${mongo.url()}${patient}`
    const deadlines = { tokenPath: 60_000, others: 60_000 }
    const handles = [
      await openMongoStores({ database, deadlines, ...lineageOptions }),
      await openMongoStores({ database, deadlines, ...lineageOptions }),
    ] as const
    onTestFinished(async () => {
      for (const handle of handles) await handle.close()
    })
    const sessions = handles.map((handle) => handle.sessions)
    expect(await playLineage(5, sessions)).toEqual({ single: 5, double: 0, broken: 0 })
  }, 120_000)
})
