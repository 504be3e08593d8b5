/**
 * Counters of attempts and failures in PostgreSQL. None of them waits for the disk.
 */

import type { AttemptStep, AttemptStore, Attempts } from '../ports.ts'
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

export function postgresAttempts(database: Database): AttemptStore {
  return Object.freeze<AttemptStore>({
    async take(key, { windowMilliseconds, windowFrom, limit, pausesMilliseconds = [] }) {
      const [row] = await database.run<StepRow>(
        `SELECT taken, total, wait FROM {schema}.take_attempt(:key, {now}, :window::bigint,
            :first::boolean, :most::bigint, :pauses::bigint[])
          WHERE {lightly}`,
        {
          key,
          window: Math.ceil(windowMilliseconds),
          first: windowFrom === 'first',
          most: limit === undefined || !Number.isFinite(limit) ? null : limit,
          pauses: pausesMilliseconds.map(Math.ceil),
        },
      )
      const { taken, total, wait } = row as StepRow
      const step: AttemptStep = {
        taken,
        count: Number(total),
        retryAfterMilliseconds: Number(wait),
      }
      return step
    },

    async giveBack(key) {
      await database.run('SELECT {schema}.give_back(:key, {now}) WHERE {lightly}', { key })
    },

    async read(key) {
      const [row] = await database.run<CounterRow>(
        `SELECT count, first_at, last_at FROM {schema}.attempts
          WHERE key = :key AND expires_at > {at}`,
        { key },
      )
      return row && toAttempts(row)
    },

    async clear(key) {
      await database.run('DELETE FROM {schema}.attempts WHERE key = :key AND {lightly}', { key })
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
