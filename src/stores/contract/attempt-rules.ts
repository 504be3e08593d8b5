/**
 * Rules of counters of attempts.
 */

import { deepEqual, equal } from 'node:assert/strict'
import type { AttemptRule, AttemptStep, AttemptStore } from '../ports.ts'
import { minute, second } from './examples.ts'
import { inParallel } from './parallel.ts'
import { suiteOf } from './rule.ts'

const aMinute = { windowMilliseconds: minute, windowFrom: 'last' } as const
const threeAMinute = { ...aMinute, windowFrom: 'first', limit: 3 } as const
const withPauses = { ...aMinute, pausesMilliseconds: [0, second, 4 * second] } as const

/** One attempt on one counter. */
async function take(attempts: AttemptStore, key: string, rule: AttemptRule): Promise<AttemptStep> {
  const taken = await attempts.takeAll([{ key, rule }])
  if (!taken.taken) return taken.step
  equal(taken.steps.length, 1)
  return taken.steps[0] as AttemptStep
}

export const attemptRules = suiteOf('attempts', {
  'each key has a counter of its own, until it is cleared': async ({ open }) => {
    const { attempts } = await open()
    equal(await attempts.read('ada'), undefined)
    equal((await take(attempts, 'ada', aMinute)).count, 1)
    equal((await take(attempts, 'ada', aMinute)).count, 2)
    equal((await attempts.read('ada'))?.count, 2)
    equal((await take(attempts, 'bob', aMinute)).count, 1)
    await attempts.settle([{ key: 'ada', change: 'clear' }])
    await attempts.settle([{ key: 'unknown', change: 'clear' }])
    equal(await attempts.read('ada'), undefined)
    equal((await attempts.read('bob'))?.count, 1)
    equal((await take(attempts, 'ada', aMinute)).count, 1)
  },

  '50 parallel attempts give the counts from 1 to 50': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const key = `key ${round}`
      const states = await inParallel(handles, ({ attempts }) => take(attempts, key, aMinute))
      deepEqual(
        states.map(({ count }) => count).sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, index) => index + 1),
      )
      equal((await opened.attempts.read(key))?.count, 50)
    }
  },

  'a counter keeps the times of its first and last attempt': async ({ open }) => {
    const { attempts, sessions, advance } = await open()
    advance(0)
    const firstAt = await sessions.now()
    await take(attempts, 'ada', aMinute)
    deepEqual(await attempts.read('ada'), { count: 1, firstAt, lastAt: firstAt })
    advance(second)
    const expected = { count: 2, firstAt, lastAt: firstAt + second }
    await take(attempts, 'ada', aMinute)
    deepEqual(await attempts.read('ada'), expected)
  },

  'a counter starts again when the window since its last attempt has passed': async ({ open }) => {
    const { attempts, sessions, advance } = await open()
    advance(0)
    await take(attempts, 'ada', aMinute)
    advance(minute - 1)
    equal((await take(attempts, 'ada', aMinute)).count, 2)
    advance(minute - 1)
    await attempts.prune()
    equal((await attempts.read('ada'))?.count, 2)
    advance(1)
    equal(await attempts.read('ada'), undefined)
    const now = await sessions.now()
    await take(attempts, 'ada', aMinute)
    deepEqual(await attempts.read('ada'), { count: 1, firstAt: now, lastAt: now })
  },

  'a limit lets so many through in a window from the first, and no more': async ({ open }) => {
    const { attempts, advance } = await open()
    advance(0)
    for (let count = 1; count <= 3; count += 1) {
      const taken = { taken: true, count, retryAfterMilliseconds: 0 }
      deepEqual(await take(attempts, 'ada', threeAMinute), taken)
      advance(10 * second)
    }
    const refused = { taken: false, count: 3, retryAfterMilliseconds: 30 * second }
    deepEqual(await take(attempts, 'ada', threeAMinute), refused)
    equal((await take(attempts, 'bob', threeAMinute)).count, 1)
    advance(30 * second - 1)
    equal((await take(attempts, 'ada', threeAMinute)).taken, false)
    advance(1)
    const anew = { taken: true, count: 1, retryAfterMilliseconds: 0 }
    deepEqual(await take(attempts, 'ada', threeAMinute), anew)
  },

  'a pause refuses, and what was refused lengthens nothing': async ({ open }) => {
    const { attempts, advance } = await open()
    advance(0)
    equal((await take(attempts, 'ada', withPauses)).count, 1)
    equal((await take(attempts, 'ada', withPauses)).count, 2)
    const refused = { taken: false, count: 2, retryAfterMilliseconds: second }
    deepEqual(await take(attempts, 'ada', withPauses), refused)
    advance(second - 1)
    deepEqual(await take(attempts, 'ada', withPauses), { ...refused, retryAfterMilliseconds: 1 })
    advance(1)
    equal((await take(attempts, 'ada', withPauses)).count, 3)
    equal((await take(attempts, 'ada', withPauses)).retryAfterMilliseconds, 4 * second)
    advance(4 * second)
    equal((await take(attempts, 'ada', withPauses)).count, 4)
    equal((await take(attempts, 'ada', withPauses)).retryAfterMilliseconds, 4 * second)
    advance(minute - 1)
    equal((await take(attempts, 'ada', withPauses)).count, 5)
    advance(minute)
    equal((await take(attempts, 'ada', withPauses)).count, 1)
  },

  'of 50 parallel attempts as many are taken as the rule allows': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      for (const rule of [threeAMinute, { ...withPauses, pausesMilliseconds: [0, 0, minute] }]) {
        const key = `${rule.windowFrom} ${round}`
        const steps = await inParallel(handles, ({ attempts }) => take(attempts, key, rule))
        const counts = steps.filter(({ taken }) => taken).map(({ count }) => count)
        deepEqual(counts.sort(), [1, 2, 3])
        equal((await opened.attempts.read(key))?.count, 3)
      }
    }
  },

  'an attempt that is given back is as if it had not been, in parallel too': async ({ open }) => {
    const opened = await open()
    const { attempts } = opened
    await attempts.settle([{ key: 'unknown', change: 'give_back' }])
    equal(await attempts.read('unknown'), undefined)
    for (let count = 0; count < 3; count += 1) await take(attempts, 'ada', threeAMinute)
    await attempts.settle([{ key: 'ada', change: 'give_back' }])
    equal((await attempts.read('ada'))?.count, 2)
    equal((await take(attempts, 'ada', threeAMinute)).taken, true)
    equal((await take(attempts, 'ada', threeAMinute)).taken, false)
    for (let count = 0; count < 50; count += 1) await take(attempts, 'bob', aMinute)
    const handles = await opened.handles()
    const giveBack = [{ key: 'bob', change: 'give_back' }] as const
    await inParallel(handles, (stores) => stores.attempts.settle(giveBack))
    equal(await attempts.read('bob'), undefined)
    equal((await take(attempts, 'bob', threeAMinute)).count, 1)
  },

  'pruning takes the counters whose window has passed, and no other': async ({ open }) => {
    const { attempts, advance } = await open()
    advance(0)
    await take(attempts, 'ada', aMinute)
    await take(attempts, 'bob', { ...aMinute, windowMilliseconds: 2 * minute })
    advance(minute)
    await attempts.prune()
    equal(await attempts.read('ada'), undefined)
    equal((await attempts.read('bob'))?.count, 1)
  },
})
