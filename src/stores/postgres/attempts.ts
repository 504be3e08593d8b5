/**
 * Counters of attempts and failures in PostgreSQL. None of them waits for the disk.
 */

import { unavailable } from '../../errors.ts'
import type { AttemptChange, AttemptEntry, AttemptStep, AttemptStore, Attempts } from '../ports.ts'
import { allOrNone } from '../take-attempt.ts'
import type { Database } from './database.ts'
import { pruneTable } from './prune.ts'

/** The driver hands out a bigint as text. */
interface CounterRow {
  readonly count: string
  readonly first_at: string
  readonly last_at: string
}

interface StepRow {
  readonly taken: boolean
  readonly total: string
  readonly wait: string
}

/** Both writes lock the counters in the order of their keys, so that no two wait in a circle. */
export function postgresAttempts(database: Database): AttemptStore {
  return Object.freeze<AttemptStore>({
    async takeAll(entries) {
      const rows = await database.run<StepRow>(
        `SELECT taken, total, wait FROM {schema}.take_attempts(:entries::jsonb, {now})
          WHERE {lightly} ORDER BY place`,
        { entries: JSON.stringify(entries.map(toEntry)) },
      )
      if (rows.length !== entries.length) throw unavailable(new Error('no such key can be'))
      return allOrNone(entries, rows.map(toStep))
    },

    async settle(changes) {
      await database.run(
        'SELECT {schema}.settle_attempts(:changes::jsonb, {now}) WHERE {lightly}',
        {
          changes: JSON.stringify(changes.map(toChange)),
        },
      )
    },

    async read(key) {
      const [row] = await database.run<CounterRow>(
        `SELECT count, first_at, last_at FROM {schema}.attempts
          WHERE key = :key AND expires_at > {at}`,
        { key },
      )
      return row && toAttempts(row)
    },

    prune: () =>
      pruneTable(database, { table: 'attempts', key: 'key', condition: 'expires_at <= {at}' }),
  })
}

const toAttempts = (row: CounterRow): Attempts => ({
  count: Number(row.count),
  firstAt: Number(row.first_at),
  lastAt: Number(row.last_at),
})

/** As `take_attempts` reads it; a limit that is not finite is none. */
function toEntry({ key, rule, mayBeRefused = false }: AttemptEntry) {
  const { windowMilliseconds, windowFrom, limit = null, pausesMilliseconds = [] } = rule
  return {
    name: key,
    span: Math.ceil(windowMilliseconds),
    fromFirst: windowFrom === 'first',
    // JSON has null for Infinity.
    most: limit,
    pauses: pausesMilliseconds.map(Math.ceil),
    mayBeRefused,
  }
}

const toStep = ({ taken, total, wait }: StepRow): AttemptStep => ({
  taken,
  count: Number(total),
  retryAfterMilliseconds: Number(wait),
})

const toChange = (change: AttemptChange) => ({
  name: change.key,
  clears: change.change === 'clear',
  ...(change.change === 'clear' && { below: change.below ?? null }),
})
