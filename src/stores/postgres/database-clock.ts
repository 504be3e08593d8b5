/**
 * The database's clock, asked for once a minute and counted on from there.
 */

import { systemClock } from '../../clock.ts'
import { unavailable } from '../../errors.ts'
import type { Database } from './database.ts'

const askAgainMilliseconds = 60_000
/** Apart by more: this machine has slept, which stops its monotonic clock, or its clock was set. */
const noticeableMilliseconds = 1000

const differenceOfClocks = (): number => systemClock() - performance.now()

/** A log-in needs the time for its token, and is spared a round trip. */
export function databaseClock(database: Database): () => Promise<number> {
  let known: { readonly time: number; readonly at: number; readonly difference: number } | undefined
  return async () => {
    if (database.clock !== undefined) return database.clock()
    if (known !== undefined) {
      const since = performance.now() - known.at
      const hasSlept = Math.abs(differenceOfClocks() - known.difference) > noticeableMilliseconds
      if (since < askAgainMilliseconds && !hasSlept) return Math.round(known.time + since)
    }
    const [row] = await database.run<{ at: string }>('SELECT {now} AS at')
    if (row === undefined) throw unavailable(new Error('no answer to a question for the time'))
    // It was read before the answer came, so this is never ahead of it.
    known = { time: Number(row.at), at: performance.now(), difference: differenceOfClocks() }
    return Number(row.at)
  }
}
