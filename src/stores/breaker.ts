/**
 * A circuit breaker: after some failures in a row the server is left alone for a moment, and then
 * one call tries it.
 *
 * Only what tells of a server that is not there counts: a reply that is an error is a reply.
 */

export interface Breaker {
  /** @returns false while calls are to fail at once. */
  mayTry(): boolean
  succeeded(): void
  failed(): void
}

const failuresToOpen = 5
const openMilliseconds = 500

export function createBreaker(): Breaker {
  let failures = 0
  let closedAt = 0
  return Object.freeze<Breaker>({
    mayTry() {
      if (failures < failuresToOpen) return true
      const now = performance.now()
      if (now < closedAt) return false
      // This call tries the server; the others go on failing until it has an answer.
      closedAt = now + openMilliseconds
      return true
    },
    succeeded() {
      failures = 0
    },
    failed() {
      failures += 1
      if (failures >= failuresToOpen) closedAt = performance.now() + openMilliseconds
    },
  })
}
