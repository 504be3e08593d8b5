/**
 * The database's clock, asked for once a minute and counted on from there.
 */

import { unavailable } from '../../errors.ts'
import type { Database } from './database.ts'

const askAgainMilliseconds = 60_000

/** A log-in needs the time for its token, and is spared a round trip. */
export function databaseClock(database: Database): () => Promise<number> {
  let known: { readonly time: number; readonly at: number } | undefined
  return async () => {
    if (database.clock !== undefined) return database.clock()
    const since = known === undefined ? Number.POSITIVE_INFINITY : performance.now() - known.at
    if (known !== undefined && since < askAgainMilliseconds) return Math.round(known.time + since)
    const [row] = await database.run<{ at: string }>('SELECT {now} AS at')
    if (row === undefined) throw unavailable(new Error('no answer to a question for the time'))
    // It was read before the answer came, so this is never ahead of it.
    known = { time: Number(row.at), at: performance.now() }
    return Number(row.at)
  }
}
