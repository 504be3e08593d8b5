/**
 * Counters of attempts in memory.
 */

import type { Clock } from '../../clock.ts'
import type { AttemptStore } from '../ports.ts'
import { type StoredAttempts, takeAttempt } from '../take-attempt.ts'
import type { Steps } from './steps.ts'

export function memoryAttempts(steps: Steps, clock: Clock): AttemptStore {
  const counters = new Map<string, StoredAttempts>()

  function counting(key: string, now: number): StoredAttempts | undefined {
    const counter = counters.get(key)
    return counter !== undefined && counter.expiresAt > now ? counter : undefined
  }

  return Object.freeze<AttemptStore>({
    take: (key, rule) =>
      steps.run(() => {
        const { step, next } = takeAttempt(counters.get(key), rule, clock())
        if (next !== undefined) counters.set(key, next)
        return step
      }),

    giveBack: (key) =>
      steps.run(() => {
        const counter = counting(key, clock())
        if (counter === undefined) return
        if (counter.count <= 1) counters.delete(key)
        else counters.set(key, { ...counter, count: counter.count - 1 })
      }),

    read: (key) =>
      steps.run(() => {
        const counter = counting(key, clock())
        if (counter === undefined) return undefined
        const { count, firstAt, lastAt } = counter
        return { count, firstAt, lastAt }
      }),

    clear: (key) =>
      steps.run(() => {
        counters.delete(key)
      }),

    prune: () =>
      steps.run(() => {
        const now = clock()
        for (const [key, { expiresAt }] of counters) if (expiresAt <= now) counters.delete(key)
      }),
  })
}
