/**
 * Counters of attempts in memory.
 */

import type { Clock } from '../../clock.ts'
import type { AttemptStore } from '../ports.ts'
import { type StoredAttempts, settleAttempt, takeAttempts } from '../take-attempt.ts'
import type { Steps } from './steps.ts'

export function memoryAttempts(steps: Steps, clock: Clock): AttemptStore {
  const counters = new Map<string, StoredAttempts>()

  return Object.freeze<AttemptStore>({
    takeAll: (entries) =>
      steps.run(() => {
        const { taken, next } = takeAttempts(entries, (key) => counters.get(key), clock())
        entries.forEach(({ key }, at) => {
          const counter = next[at]
          if (counter !== undefined) counters.set(key, counter)
        })
        return taken
      }),

    settle: (changes) =>
      steps.run(() => {
        const now = clock()
        for (const change of changes) {
          const { key } = change
          const counter = settleAttempt(counters.get(key), change, now)
          if (counter === undefined) counters.delete(key)
          else counters.set(key, counter)
        }
      }),

    read: (key) =>
      steps.run(() => {
        const counter = counters.get(key)
        if (counter === undefined || counter.expiresAt <= clock()) return undefined
        const { count, firstAt, lastAt } = counter
        return { count, firstAt, lastAt }
      }),

    prune: () =>
      steps.run(() => {
        const now = clock()
        for (const [key, { expiresAt }] of counters) if (expiresAt <= now) counters.delete(key)
      }),
  })
}
