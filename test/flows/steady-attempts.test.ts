/** Limits while the store of counters is down: never an error, never none (Z2; SECURITY.md §3). */

import { expect, test } from 'vitest'
import { unavailable } from '../../src/errors.ts'
import { createSteadyAttempts, mostLocalCounters } from '../../src/flows/steady-attempts.ts'
import type { AttemptStore } from '../../src/stores/ports.ts'
import { failTimes, throttleKit } from './throttle-kit.ts'

const down = () => Promise.reject(unavailable('no answer'))
const broken = () => Promise.reject(new TypeError('a mistake of the store'))
const storeOf = (method: () => Promise<never>): AttemptStore => ({
  takeAll: method,
  settle: method,
  read: method,
  prune: method,
})

test.each([
  ['unreachable', down],
  ['faulty', broken],
])('P9, P10: an %s store lifts no limit', async (_, method) => {
  const kit = await throttleKit({ between: () => storeOf(method) })
  await Promise.all(Array.from({ length: 50 }, () => kit.logIn(false)))
  expect(kit.checked()).toBe(5)
  await failTimes(kit, 95)
  kit.advance(86_400_000)
  expect(await kit.logIn(true)).toBe(false)
  expect(await kit.logIn(true, { deviceId: 'd1' })).toBe(true)
  await kit.throttle.forgive({ id: 'a1', username: 'ada', email: null })
  expect(await kit.logIn(true)).toBe(true)
  // Told once, not with every call.
  expect(kit.reports).toHaveLength(1)
})

test('P10: a store that fails in the middle of a log-in changes no answer', async () => {
  let failing = ''
  const between = (store: AttemptStore): AttemptStore =>
    Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        (...input: unknown[]) => (name === failing ? down() : method(...input)),
      ]),
    ) as unknown as AttemptStore
  const kit = await throttleKit({ between })
  for (const name of ['takeAll', 'settle']) {
    failing = name
    expect(await kit.logIn(true, { address: '192.0.2.1' })).toBe(true)
    expect(await kit.logIn(true, { deviceId: 'd1' })).toBe(true)
    expect(await kit.logIn(false)).toBe(false)
  }
  expect(kit.reports.length).toBeGreaterThan(0)
})

test('counters of the process are bounded, and one in use is not the one that goes', async () => {
  const attempts = createSteadyAttempts(
    storeOf(down),
    () => 0,
    () => {},
  )
  const rule = { windowMilliseconds: 1000, windowFrom: 'last', limit: 1 } as const
  const isTaken = async (key: string) => (await attempts.takeAll([{ key, rule }])).taken
  await isTaken('early')
  await isTaken('guessed at')
  for (let other = 0; other < mostLocalCounters - 1; other += 1) {
    await isTaken(`other ${other}`)
    if (other % 1000 === 0) expect(await isTaken('guessed at')).toBe(false)
  }
  expect(await isTaken('guessed at')).toBe(false)
  // It made room, so its limit begins anew.
  expect(await isTaken('early')).toBe(true)
  await attempts.settle([
    { key: 'guessed at', change: 'give_back' },
    { key: 'unknown', change: 'give_back' },
  ])
  expect(await isTaken('guessed at')).toBe(true)
})
