/**
 * Rules of attempts that are counted on several counters, all or none, and of settling them.
 *
 * The commands of the random ones come from a seed, and the sentence of a failure names it.
 */

import { deepEqual, equal } from 'node:assert/strict'
import type { AttemptChange, AttemptEntry, AttemptRule, AttemptStore } from '../ports.ts'
import { type StoredAttempts, settleAttempt, takeAttempts } from '../take-attempt.ts'
import { minute, second } from './examples.ts'
import { inParallel } from './parallel.ts'
import { type Random, seededRandom } from './random.ts'
import { type OpenedStores, suiteOf } from './rule.ts'

const aMinute = { windowMilliseconds: minute, windowFrom: 'last' } as const
const fewAMinute = (limit: number) => ({ ...aMinute, windowFrom: 'first', limit }) as const
const withPauses = { ...aMinute, pausesMilliseconds: [0, second, 4 * second] } as const

const commandsInRound = 60
const waits = [1, second, 4 * second, minute] as const
const keys = ['a', 'b', 'c', 'd'] as const
const rules: readonly [AttemptRule, ...AttemptRule[]] = [
  aMinute,
  fewAMinute(2),
  { ...withPauses, limit: 4 },
  withPauses,
]

const countsOf = (attempts: AttemptStore, ...of: readonly string[]) =>
  Promise.all(of.map(async (key) => (await attempts.read(key))?.count ?? 0))

export const attemptsTogetherRules = suiteOf('attempts', {
  'an attempt is counted on each of its counters': async ({ open }) => {
    const { attempts } = await open()
    await attempts.takeAll([{ key: 'b', rule: aMinute }])
    const entries = ['c', 'a', 'b'].map((key) => ({ key, rule: fewAMinute(2) }))
    const steps = [1, 1, 2].map((count) => ({ taken: true, count, retryAfterMilliseconds: 0 }))
    deepEqual(await attempts.takeAll(entries), { taken: true, steps })
    deepEqual(await countsOf(attempts, 'a', 'b', 'c'), [1, 2, 1])
  },

  'one counter that refuses leaves all as they were, and the first one is named': async ({
    open,
  }) => {
    const { attempts, sessions, advance } = await open()
    advance(0)
    const firstAt = await sessions.now()
    for (const key of ['full', 'also full']) {
      await attempts.takeAll([{ key, rule: fewAMinute(1) }])
    }
    await attempts.takeAll([{ key: 'counting', rule: withPauses }])
    advance(10 * second)
    const entries = [
      { key: 'counting', rule: withPauses },
      { key: 'new', rule: aMinute },
      { key: 'full', rule: fewAMinute(1) },
      { key: 'also full', rule: fewAMinute(1) },
    ]
    const step = { taken: false, count: 1, retryAfterMilliseconds: 50 * second }
    deepEqual(await attempts.takeAll(entries), { taken: false, refusedBy: 2, step })
    deepEqual(await attempts.read('counting'), { count: 1, firstAt, lastAt: firstAt })
    equal(await attempts.read('new'), undefined)
  },

  'a counter that may be refused refuses no other, and does not count': async ({ open }) => {
    const { attempts } = await open()
    const full = { key: 'full', rule: fewAMinute(1), mayBeRefused: true }
    await attempts.takeAll([full])
    const taken = await attempts.takeAll([full, { key: 'other', rule: aMinute }])
    equal(taken.taken, true)
    deepEqual(taken.taken && taken.steps.map((step) => [step.taken, step.count]), [
      [false, 1],
      [true, 1],
    ])
    deepEqual(await countsOf(attempts, 'full', 'other'), [1, 1])
  },

  'attempts are given back and counters cleared, each by its own change': async ({ open }) => {
    const { attempts, advance } = await open()
    advance(0)
    const all = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key, rule: aMinute }))
    await attempts.takeAll(all)
    await attempts.takeAll(all)
    const changes: readonly AttemptChange[] = [
      { key: 'e', change: 'clear', below: 2 },
      { key: 'd', change: 'clear', below: 3 },
      { key: 'b', change: 'clear' },
      { key: 'a', change: 'give_back' },
      { key: 'unknown', change: 'clear', below: 2 },
    ]
    await attempts.settle(changes)
    deepEqual(await countsOf(attempts, 'a', 'b', 'c', 'd', 'e', 'unknown'), [1, 0, 2, 0, 2, 0])
    advance(minute)
    // What counts for nothing has reached nothing.
    await attempts.settle([{ key: 'e', change: 'clear', below: 2 }])
    equal((await attempts.takeAll([{ key: 'e', rule: fewAMinute(1) }])).taken, true)
  },

  'of 50 parallel attempts on two counters the tighter one lets through what it says, in every order':
    async ({ open, rounds }) => {
      const opened = await open()
      const handles = await opened.handles()
      for (let round = 0; round < rounds; round += 1) {
        const tight = { key: `tight ${round}`, rule: fewAMinute(3) }
        const others = [`a ${round}`, `z ${round}`].map((key) => ({ key, rule: aMinute }))
        const orders = [
          [tight, ...others],
          [...others.toReversed(), tight],
          [...others, tight],
        ]
        const taken = await inParallel(handles, ({ attempts }, index) =>
          attempts.takeAll(orders[index % 3] ?? []),
        )
        equal(taken.filter((one) => one.taken).length, 3)
        deepEqual(await countsOf(opened.attempts, tight.key, `a ${round}`, `z ${round}`), [3, 3, 3])
      }
    },

  'parallel attempts and their settling leave what was not settled': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const pair = [`a ${round}`, `b ${round}`]
      await inParallel(handles, async ({ attempts }, index) => {
        const ordered = index % 3 === 0 ? pair : pair.toReversed()
        await attempts.takeAll(ordered.map((key) => ({ key, rule: aMinute })))
        if (index === 0) return
        await attempts.settle(pair.map((key) => ({ key, change: 'give_back' })))
      })
      deepEqual(await countsOf(opened.attempts, ...pair), [1, 1])
    }
  },

  'random attempts are counted and settled as the pure rules do': async (harness) => {
    const opened = await harness.open()
    opened.advance(0)
    for (let round = 0; round < harness.rounds; round += 1) {
      const log: string[] = []
      try {
        await oneRound(opened, seededRandom(harness.seed + round), log, `${round} `)
      } catch (cause) {
        const commands = log.join(', ')
        throw new Error(`with seed ${harness.seed + round} after: ${commands}`, { cause })
      }
    }
  },
})

async function oneRound(
  { attempts, sessions, advance }: OpenedStores,
  random: Random,
  log: string[],
  prefix: string,
): Promise<void> {
  const expected = new Map<string, StoredAttempts>()
  const put = (key: string, counter: StoredAttempts | undefined): void => {
    if (counter === undefined) expected.delete(key)
    else expected.set(key, counter)
  }
  for (let index = 0; index < commandsInRound; index += 1) {
    if (random.below(3) === 0) advance(random.pick(waits))
    const now = await sessions.now()
    if (random.below(3) > 0) {
      const entries = randomKeys(random).map((key) => randomEntry(random, `${prefix}${key}`))
      log.push(`take ${JSON.stringify(entries)}`)
      const { taken, next } = takeAttempts(entries, (key) => expected.get(key), now)
      deepEqual(await attempts.takeAll(entries), taken)
      entries.forEach(({ key }, at) => {
        if (next[at] !== undefined) put(key, next[at])
      })
    } else {
      const changes = randomKeys(random).map((key) => randomChange(random, `${prefix}${key}`))
      log.push(`settle ${JSON.stringify(changes)}`)
      await attempts.settle(changes)
      for (const one of changes) put(one.key, settleAttempt(expected.get(one.key), one, now))
    }
    for (const key of keys) {
      const counter = expected.get(`${prefix}${key}`)
      const counts = counter !== undefined && counter.expiresAt > now
      const { expiresAt: _, ...shown } = counter ?? { expiresAt: 0 }
      deepEqual(await attempts.read(`${prefix}${key}`), counts ? shown : undefined)
    }
  }
}

function randomKeys(random: Random): readonly string[] {
  const start = random.below(keys.length)
  const turned = [...keys.slice(start), ...keys.slice(0, start)]
  return turned.slice(0, 1 + random.below(3))
}

const randomEntry = (random: Random, key: string): AttemptEntry => ({
  key,
  rule: random.pick(rules),
  mayBeRefused: random.below(3) === 0,
})

function randomChange(random: Random, key: string): AttemptChange {
  if (random.below(2) === 0) return { key, change: 'give_back' }
  return random.below(2) === 0
    ? { key, change: 'clear' }
    : { key, change: 'clear', below: 1 + random.below(3) }
}
