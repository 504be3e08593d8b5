/**
 * The limit on forks: how often one session may present the same token again, a minute.
 *
 * Counted in the process and after the decision, so commits, recoveries and replays are never
 * limited: a thief who forks fast must not hide behind the owner's 429.
 */

import { AuthError } from '../errors.ts'

const windowMilliseconds = 60_000

export interface RefreshLimit {
  /** @throws AuthError `too_many_requests` */
  countFork(sessionId: string, now: number): void
}

/** Forgets everything each minute, so it holds no more sessions than forked within one. */
export function createRefreshLimit(forksPerMinute: number): RefreshLimit {
  let windowStartedAt = 0
  let counts = new Map<string, number>()
  return Object.freeze({
    countFork: (sessionId: string, now: number) => {
      if (forksPerMinute === Number.POSITIVE_INFINITY) return
      if (Math.abs(now - windowStartedAt) >= windowMilliseconds) {
        windowStartedAt = now
        counts = new Map()
      }
      const count = (counts.get(sessionId) ?? 0) + 1
      counts.set(sessionId, count)
      if (count > forksPerMinute) {
        const left = Math.ceil((windowStartedAt + windowMilliseconds - now) / 1000)
        throw new AuthError('too_many_requests', { retryAfterSeconds: Math.max(1, left) })
      }
    },
  })
}
