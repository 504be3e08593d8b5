/**
 * One-time tokens in SQLite, by the hash of the token.
 */

import type { Clock } from '../../clock.ts'
import type { OneTimeTokenStore } from '../ports.ts'
import type { Database } from './database.ts'

interface TokenRow {
  readonly account_id: string
  readonly data: string | null
  readonly expires_at: number
}

const durable = { durable: true } as const

export function sqliteOneTimeTokens(database: Database, clock: Clock): OneTimeTokenStore {
  return Object.freeze<OneTimeTokenStore>({
    put: ({ tokenHash, purpose, accountId, data, expiresAt }) =>
      database.transaction((transaction) => {
        // REPLACE removes the earlier token: account and purpose are unique together.
        transaction.run(
          `INSERT OR REPLACE INTO one_time_tokens
            (token_hash, purpose, account_id, data, expires_at) VALUES (?, ?, ?, ?, ?)`,
          [tokenHash, purpose, accountId, data, expiresAt],
        )
      }, durable),

    consume: (tokenHash, purpose) =>
      database.transaction((transaction) => {
        const token = transaction.get<TokenRow>(
          `SELECT account_id, data, expires_at FROM one_time_tokens
            WHERE token_hash = ? AND purpose = ?`,
          [tokenHash, purpose],
        )
        if (token === undefined) return undefined
        transaction.run('DELETE FROM one_time_tokens WHERE token_hash = ?', [tokenHash])
        if (token.expires_at <= clock()) return undefined
        return { accountId: token.account_id, data: token.data }
      }, durable),

    removeAll: (accountId, purpose) =>
      database.transaction((transaction) => {
        if (purpose === undefined) {
          transaction.run('DELETE FROM one_time_tokens WHERE account_id = ?', [accountId])
          return
        }
        transaction.run('DELETE FROM one_time_tokens WHERE account_id = ? AND purpose = ?', [
          accountId,
          purpose,
        ])
      }, durable),

    prune: () =>
      database.transaction((transaction) => {
        transaction.run('DELETE FROM one_time_tokens WHERE expires_at <= ?', [clock()])
      }),
  })
}
