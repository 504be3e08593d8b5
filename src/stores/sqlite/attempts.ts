/**
 * Counters of attempts in SQLite.
 */

import type { Clock } from '../../clock.ts'
import type { AttemptStore, Attempts } from '../ports.ts'
import { type StoredAttempts, takeAttempt } from '../take-attempt.ts'
import type { Database, Queries, Transaction } from './database.ts'

interface CounterRow {
  readonly count: number
  readonly first_at: number
  readonly last_at: number
  readonly expires_at: number
}

export function sqliteAttempts(database: Database, clock: Clock): AttemptStore {
  return Object.freeze<AttemptStore>({
    take: (key, rule) =>
      database.transaction((transaction) => {
        const now = clock()
        const { step, next } = takeAttempt(counting(transaction, key, now), rule, now)
        if (next !== undefined) write(transaction, key, next)
        return step
      }),

    giveBack: (key) =>
      database.transaction((transaction) => {
        transaction.run('UPDATE attempts SET count = count - 1 WHERE key = ? AND expires_at > ?', [
          key,
          clock(),
        ])
        transaction.run('DELETE FROM attempts WHERE key = ? AND count <= 0', [key])
      }),

    read: (key) =>
      database.read((queries): Attempts | undefined => {
        const found = counting(queries, key, clock())
        return found && { count: found.count, firstAt: found.firstAt, lastAt: found.lastAt }
      }),

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

function write(transaction: Transaction, key: string, counter: StoredAttempts): void {
  const { count, firstAt, lastAt, expiresAt } = counter
  transaction.run(
    `INSERT OR REPLACE INTO attempts (key, count, first_at, last_at, expires_at)
      VALUES (?, ?, ?, ?, ?)`,
    [key, count, firstAt, lastAt, expiresAt],
  )
}

function counting(queries: Queries, key: string, now: number): StoredAttempts | undefined {
  const row = queries.get<CounterRow>(
    `SELECT count, first_at, last_at, expires_at FROM attempts WHERE key = ? AND expires_at > ?`,
    [key, now],
  )
  if (row === undefined) return undefined
  const { count, first_at: firstAt, last_at: lastAt, expires_at: expiresAt } = row
  return { count, firstAt, lastAt, expiresAt }
}
