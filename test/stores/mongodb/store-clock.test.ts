import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { MongoDatabase } from '../../../src/stores/mongodb/client.ts'
import { openStoreClock } from '../../../src/stores/mongodb/store-clock.ts'

/** Its clock is right; `waits` are the milliseconds before and after it is read, a pair an answer. */
function serverThatStops(waits: readonly (readonly [number, number])[]): MongoDatabase {
  let asked = 0
  return {
    databaseName: 'test',
    collection: () => ({}),
    async command() {
      const [before, after] = waits[asked] ?? [0, 0]
      asked += 1
      await pause(before)
      const localTime = new Date()
      await pause(after)
      return { localTime }
    },
  }
}

test.each([
  ['before the question came', [[1600, 0]]],
  ['before the answer came', [[0, 1600]]],
  [
    'twice',
    [
      [900, 0],
      [0, 1600],
    ],
  ],
] as const)(
  'M15: a process that stopped %s does not misjudge the clock of MongoDB',
  async (_, waits) => {
    const clock = await openStoreClock(serverThatStops(waits), undefined)
    onTestFinished(clock.stop)
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(300)
  },
)

test('a MongoDB that is far away is measured as well as may be', async () => {
  const clock = await openStoreClock(
    serverThatStops([
      [300, 300],
      [300, 300],
      [300, 300],
    ]),
    undefined,
  )
  onTestFinished(clock.stop)
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(300)
})
