/**
 * MongoDB stores for one test, in a database of their own.
 */

import type { MongoClient } from 'mongodb'
import { onTestFinished } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { type MongoStoresOptions, openMongoStores } from '../../../src/stores/mongodb/open.ts'
import type { MongoServer } from '../../support/mongodb-server.ts'

let made = 0

/** A name that no other test has, also on a server that stays. */
export function newDatabase(): string {
  made += 1
  return `countersign_test_${process.pid}_${performance.now().toFixed(0)}_${made}`
}

export async function openStores(
  server: MongoServer,
  options: Partial<MongoStoresOptions> = {},
  name = newDatabase(),
) {
  const database = server.url(name)
  const stores = await openMongoStores({ database, ...contractLifetimes, ...options })
  onTestFinished(() => stores.close().catch(() => undefined))
  return { ...stores, stores, name }
}

/** A clock that is set by hand. */
export function handClock(now = 1_800_000_000_000) {
  const time = { now }
  return { time, clock: () => time.now }
}

/** A plain client of the driver, to look at what is stored. */
export async function rawDatabase(server: MongoServer, name: string) {
  const { MongoClient } = await import('mongodb')
  const client: MongoClient = await MongoClient.connect(server.url(name))
  onTestFinished(() => client.close())
  return client.db()
}
