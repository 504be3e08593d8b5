/** The limit on forks, counted in the process (DESIGN.md, "Limit"). */

import { expect, test } from 'vitest'
import type { AuthError } from '../../src/errors.ts'
import { createRefreshLimit, type RefreshLimit } from '../../src/flows/refresh-limit.ts'

const start = 1_700_000_000_000

/** @returns Retry-After in seconds, or undefined where the fork is allowed. */
function fork(limit: RefreshLimit, now: number, sessionId = 'a'): number | undefined {
  try {
    limit.countFork(sessionId, now)
    return undefined
  } catch (error) {
    expect((error as AuthError).code).toBe('too_many_requests')
    return (error as AuthError).details.retryAfterSeconds
  }
}

test('so many forks a minute are allowed, and the next one says when to come again', () => {
  const limit = createRefreshLimit(3)
  for (const at of [0, 1, 2]) expect(fork(limit, start + at)).toBeUndefined()
  expect(fork(limit, start + 20_000)).toBe(40)
  expect(fork(limit, start + 59_999)).toBe(1)
  expect(fork(limit, start + 60_000)).toBeUndefined()
})

test('sessions are counted apart', () => {
  const limit = createRefreshLimit(1)
  expect(fork(limit, start, 'a')).toBeUndefined()
  expect(fork(limit, start, 'b')).toBeUndefined()
  expect(fork(limit, start, 'a')).toBe(60)
})

test('a clock that is set back does not lock a session out', () => {
  const limit = createRefreshLimit(1)
  expect(fork(limit, start)).toBeUndefined()
  expect(fork(limit, start - 3_600_000)).toBeUndefined()
  const retryAfter = fork(limit, start - 3_600_000)
  expect(retryAfter).toBeGreaterThan(0)
  expect(retryAfter).toBeLessThanOrEqual(60)
})

test('no limit counts nothing', () => {
  const limit = createRefreshLimit(Number.POSITIVE_INFINITY)
  for (let count = 0; count < 1000; count += 1) expect(fork(limit, start)).toBeUndefined()
})
