import { afterEach, expect, test, vi } from 'vitest'
import type { Database } from '../../../src/stores/postgres/database.ts'
import { databaseClock } from '../../../src/stores/postgres/database-clock.ts'

afterEach(() => vi.useRealTimers())

/** Answers with the time of this machine, and counts how often it was asked. */
function watchedDatabase() {
  const asked: number[] = []
  const run = async () => {
    asked.push(Date.now())
    return [{ at: String(Date.now()) }]
  }
  return { asked, database: { clock: undefined, run } as unknown as Database }
}

test('the database is asked for the time once, and counted on from there', async () => {
  const { asked, database } = watchedDatabase()
  const now = databaseClock(database)
  const first = await now()
  expect(await now()).toBeGreaterThanOrEqual(first)
  expect(asked).toHaveLength(1)
})

test('M15: after a machine has slept, which stops its monotonic clock, the database is asked anew', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const { database } = watchedDatabase()
  const now = databaseClock(database)
  await now()
  vi.setSystemTime(Date.now() + 3_600_000)
  expect(Math.abs((await now()) - Date.now())).toBeLessThan(1000)
})
