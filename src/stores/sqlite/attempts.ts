/**
 * Counters of attempts in SQLite.
 */

import type { Clock } from '../../clock.ts'
import type { AttemptStore, Attempts } from '../ports.ts'
import { type StoredAttempts, settleAttempt, takeAttempts } from '../take-attempt.ts'
import type { Database, Queries, Transaction } from './database.ts'

interface CounterRow {
  readonly count: number
  readonly first_at: number
  readonly last_at: number
  readonly expires_at: number
}

export function sqliteAttempts(database: Database, clock: Clock): AttemptStore {
  return Object.freeze<AttemptStore>({
    takeAll: (entries) =>
      database.transaction((transaction) => {
        const now = clock()
        const before = (key: string) => counting(transaction, key, now)
        const { taken, next } = takeAttempts(entries, before, now)
        entries.forEach(({ key }, at) => {
          const counter = next[at]
          if (counter !== undefined) write(transaction, key, counter)
        })
        return taken
      }),

    settle: (changes) =>
      database.transaction((transaction) => {
        const now = clock()
        for (const change of changes) {
          const { key } = change
          const counter = settleAttempt(counting(transaction, key, now), change, now)
          if (counter === undefined) transaction.run('DELETE FROM attempts WHERE key = ?', [key])
          else write(transaction, key, counter)
        }
      }),

    read: (key) =>
      database.read((queries): Attempts | undefined => {
        const found = counting(queries, key, clock())
        return found && { count: found.count, firstAt: found.firstAt, lastAt: found.lastAt }
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
