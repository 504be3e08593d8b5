/**
 * Counters that go on when their store does not: then they are kept in this process.
 *
 * A limit must neither turn an outage into one more outage nor end with it. The counters of the
 * process begin at nothing, so an attacker may have each limit once more in each process.
 */

import type { Clock } from '../clock.ts'
import type { AttemptStore } from '../stores/ports.ts'
import { type StoredAttempts, takeAttempt } from '../stores/take-attempt.ts'

/** What throttling uses of the store. Never rejects. */
export type SteadyAttempts = Pick<AttemptStore, 'take' | 'giveBack' | 'read' | 'clear'>

/** The counter that was used longest ago makes room; one that is being guessed at is in use. */
export const mostLocalCounters = 10_000

/** @param report told once when the store begins to fail, and again only after it has worked. */
export function createSteadyAttempts(
  store: AttemptStore,
  now: Clock,
  report: (error: unknown) => void,
): SteadyAttempts {
  const local = localAttempts(now)
  let failing = false

  async function either<T>(ask: () => Promise<T>, instead: () => T): Promise<T> {
    try {
      const answer = await ask()
      failing = false
      return answer
    } catch (cause) {
      if (!failing) report(new Error(outage, { cause }))
      failing = true
      return instead()
    }
  }

  return Object.freeze<SteadyAttempts>({
    take: (key, rule) =>
      either(
        () => store.take(key, rule),
        () => local.take(key, rule),
      ),
    giveBack: (key) =>
      either(
        () => store.giveBack(key),
        () => local.giveBack(key),
      ),
    read: (key) =>
      either(
        () => store.read(key),
        () => local.read(key),
      ),
    clear: (key) => {
      // Here too, or what an outage has left would count at the next one.
      local.clear(key)
      return either(
        () => store.clear(key),
        () => undefined,
      )
    },
  })
}

const outage =
  'The store of failed attempts does not answer; until it does they are counted in this process.'

function localAttempts(now: Clock) {
  const counters = new Map<string, StoredAttempts>()

  function put(key: string, counter: StoredAttempts): void {
    counters.delete(key)
    counters.set(key, counter)
    if (counters.size <= mostLocalCounters) return
    const [oldest] = counters.keys()
    if (oldest !== undefined) counters.delete(oldest)
  }

  return {
    take: (key: string, rule: Parameters<AttemptStore['take']>[1]) => {
      const before = counters.get(key)
      const { step, next } = takeAttempt(before, rule, now())
      const kept = next ?? before
      if (kept !== undefined) put(key, kept)
      return step
    },
    giveBack: (key: string): void => {
      const counter = counters.get(key)
      if (counter === undefined) return
      if (counter.count <= 1) counters.delete(key)
      else counters.set(key, { ...counter, count: counter.count - 1 })
    },
    read: (key: string): StoredAttempts | undefined => {
      const counter = counters.get(key)
      return counter !== undefined && counter.expiresAt > now() ? counter : undefined
    },
    clear: (key: string): void => {
      counters.delete(key)
    },
  }
}
