/**
 * Counters of failures in SQLite.
 */

import type { Clock } from '../../clock.ts'
import type { AttemptStore, Attempts } from '../ports.ts'
import type { Database, Queries } from './database.ts'

interface CounterRow {
  readonly count: number
  readonly first_at: number
  readonly last_at: number
}

export function sqliteAttempts(database: Database, clock: Clock): AttemptStore {
  return Object.freeze<AttemptStore>({
    record: (key, { windowMilliseconds }) =>
      database.transaction((transaction) => {
        const now = clock()
        const before = counting(transaction, key, now)
        const count = (before?.count ?? 0) + 1
        const firstAt = before?.firstAt ?? now
        transaction.run(
          `INSERT OR REPLACE INTO attempts (key, count, first_at, last_at, expires_at)
            VALUES (?, ?, ?, ?, ?)`,
          [key, count, firstAt, now, now + windowMilliseconds],
        )
        return { count, firstAt, lastAt: now }
      }),

    read: (key) => database.read((queries) => counting(queries, key, clock())),

    clear: (key) =>
      database.transaction((transaction) => {
        transaction.run('DELETE FROM attempts WHERE key = ?', [key])
      }),

    prune: () =>
      database.transaction((transaction) => {
        transaction.run('DELETE FROM attempts WHERE expires_at <= ?', [clock()])
      }),
  })
}

function counting(queries: Queries, key: string, now: number): Attempts | undefined {
  const row = queries.get<CounterRow>(
    'SELECT count, first_at, last_at FROM attempts WHERE key = ? AND expires_at > ?',
    [key, now],
  )
  return row && { count: row.count, firstAt: row.first_at, lastAt: row.last_at }
}
