/**
 * MongoDB stores for one test, in a database of their own.
 */

import type { MongoClient } from 'mongodb'
import { onTestFinished } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { type MongoStoresOptions, openMongoStores } from '../../../src/stores/mongodb/open.ts'
import type { MongoServer } from '../../support/mongodb-server.ts'

/** What is held is mostly the outcome; a loaded machine may take its time. */
const patience = {
  deadlines: { tokenPath: 20_000, others: 20_000 },
  parameters: '?waitQueueTimeoutMS=20000&connectTimeoutMS=20000&serverSelectionTimeoutMS=20000',
}

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
  const database = `${server.url(name)}${patience.parameters}`
  const { deadlines } = patience
  const stores = await openMongoStores({ database, deadlines, ...contractLifetimes, ...options })
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
