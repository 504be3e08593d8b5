/** A clock that stands still until the test moves it. */

import { systemClock } from '../clock.ts'
import { type Duration, parseDuration } from '../duration.ts'

export interface TestClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Moves on by a duration such as `'15m'`, or by a number of milliseconds. */
  advance(by: string | number): void
  /** Jumps to a time, also an earlier one. */
  set(to: Date | number): void
}

/** @param start milliseconds since 1970. @default the present time */
export function createTestClock(start: number = systemClock()): TestClock {
  let present = start
  return Object.freeze<TestClock>({
    now: () => present,
    advance: (by) => {
      present += typeof by === 'number' ? checked(by, by) : checked(parseDuration(by), by)
    },
    set: (to) => {
      present = checked(Number(to), to)
    },
  })
}

function checked(milliseconds: number | undefined, given: Duration | Date): number {
  if (milliseconds !== undefined && Number.isFinite(milliseconds)) return milliseconds
  throw new TypeError(`the clock takes '15m', milliseconds or a Date, got '${given}'`)
}
