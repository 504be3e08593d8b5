/**
 * Counters that go on when their store does not: then they are kept in this process.
 *
 * A limit must neither turn an outage into one more outage nor end with it. The counters of the
 * process begin at nothing, so an attacker may have each limit once more in each process.
 */

import type { Clock } from '../clock.ts'
import type { AttemptChange, AttemptEntry, AttemptStore, TakenAttempts } from '../stores/ports.ts'
import { type StoredAttempts, settleAttempt, takeAttempts } from '../stores/take-attempt.ts'

/** What throttling uses of the store. Never rejects; what is empty asks nobody. */
export type SteadyAttempts = Pick<AttemptStore, 'takeAll' | 'settle'>

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
    async takeAll(entries) {
      if (entries.length === 0) return { taken: true, steps: [] }
      return either(
        () => store.takeAll(entries),
        () => local.takeAll(entries),
      )
    },
    async settle(changes) {
      if (changes.length === 0) return
      // Here too, or what an outage has left would count at the next one.
      local.settle(changes.filter(({ change }) => change === 'clear'))
      await either(
        () => store.settle(changes),
        () => local.settle(changes.filter(({ change }) => change === 'give_back')),
      )
    },
  })
}

const outage =
  'The store of failed attempts does not answer; until it does they are counted in this process.'

function localAttempts(now: Clock) {
  const counters = new Map<string, StoredAttempts>()

  function put(key: string, counter: StoredAttempts | undefined): void {
    counters.delete(key)
    if (counter === undefined) return
    counters.set(key, counter)
    if (counters.size <= mostLocalCounters) return
    const [oldest] = counters.keys()
    if (oldest !== undefined) counters.delete(oldest)
  }

  return {
    takeAll(entries: readonly AttemptEntry[]): TakenAttempts {
      const { taken, next } = takeAttempts(entries, (key) => counters.get(key), now())
      entries.forEach(({ key }, at) => {
        // Also one that refused: it is in use.
        put(key, next[at] ?? counters.get(key))
      })
      return taken
    },
    settle(changes: readonly AttemptChange[]): void {
      for (const change of changes) {
        const { key } = change
        put(key, settleAttempt(counters.get(key), change, now()))
      }
    },
  }
}
