/**
 * Rules of counters of failures.
 */

import { deepEqual, equal } from 'node:assert/strict'
import { minute, second } from './examples.ts'
import { inParallel } from './parallel.ts'
import { suiteOf } from './rule.ts'

const options = { windowMilliseconds: minute }

export const attemptRules = suiteOf('attempts', {
  'each key has a counter of its own, until it is cleared': async ({ open }) => {
    const { attempts } = await open()
    equal(await attempts.read('ada'), undefined)
    equal((await attempts.record('ada', options)).count, 1)
    const after = await attempts.record('ada', options)
    equal(after.count, 2)
    deepEqual(await attempts.read('ada'), after)
    equal((await attempts.record('bob', options)).count, 1)
    await attempts.clear('ada')
    await attempts.clear('unknown')
    equal(await attempts.read('ada'), undefined)
    equal((await attempts.read('bob'))?.count, 1)
    equal((await attempts.record('ada', options)).count, 1)
  },

  '50 parallel failures give the counts from 1 to 50': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const key = `key ${round}`
      const states = await inParallel(handles, ({ attempts }) => attempts.record(key, options))
      deepEqual(
        states.map(({ count }) => count).sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, index) => index + 1),
      )
      equal((await opened.attempts.read(key))?.count, 50)
    }
  },

  'a counter keeps the times of its first and last failure': async ({ open }) => {
    const { attempts, sessions, advance } = await open()
    advance(0)
    const firstAt = await sessions.now()
    deepEqual(await attempts.record('ada', options), { count: 1, firstAt, lastAt: firstAt })
    advance(second)
    const expected = { count: 2, firstAt, lastAt: firstAt + second }
    deepEqual(await attempts.record('ada', options), expected)
    deepEqual(await attempts.read('ada'), expected)
  },

  'a counter starts again when the window since its last failure has passed': async ({ open }) => {
    const { attempts, sessions, advance } = await open()
    advance(0)
    await attempts.record('ada', options)
    advance(minute - 1)
    equal((await attempts.record('ada', options)).count, 2)
    advance(minute - 1)
    await attempts.prune()
    equal((await attempts.read('ada'))?.count, 2)
    advance(1)
    equal(await attempts.read('ada'), undefined)
    const now = await sessions.now()
    deepEqual(await attempts.record('ada', options), { count: 1, firstAt: now, lastAt: now })
  },

  'pruning takes the counters whose window has passed, and no other': async ({ open }) => {
    const { attempts, advance } = await open()
    advance(0)
    await attempts.record('ada', options)
    await attempts.record('bob', { windowMilliseconds: 2 * minute })
    advance(minute)
    await attempts.prune()
    equal(await attempts.read('ada'), undefined)
    equal((await attempts.read('bob'))?.count, 1)
  },
})
