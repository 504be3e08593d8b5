/**
 * One-time tokens in PostgreSQL, by the hash of the token.
 */

import type { OneTimeTokenStore } from '../ports.ts'
import type { Database } from './database.ts'
import { pruneTable } from './prune.ts'

interface TokenRow {
  readonly account_id: string
  readonly data: string | null
  readonly good: boolean
}

export function postgresOneTimeTokens(database: Database): OneTimeTokenStore {
  return Object.freeze<OneTimeTokenStore>({
    async put({ tokenHash, purpose, accountId, data, expiresAt }) {
      // Account and purpose are unique together, so this replaces the earlier token.
      await database.run(
        `INSERT INTO {schema}.one_time_tokens (token_hash, purpose, account_id, data, expires_at)
          SELECT :tokenHash::bytea, :purpose, :accountId, :data, :expiresAt::bigint WHERE {durably}
          ON CONFLICT (account_id, purpose) DO UPDATE SET
            token_hash = excluded.token_hash, data = excluded.data,
            expires_at = excluded.expires_at`,
        { tokenHash, purpose, accountId, data, expiresAt },
      )
    },

    async consume(tokenHash, purpose) {
      const [token] = await database.run<TokenRow>(
        `DELETE FROM {schema}.one_time_tokens
          WHERE token_hash = :tokenHash::bytea AND purpose = :purpose AND {durably}
          RETURNING account_id, data, expires_at > {now} AS good`,
        { tokenHash, purpose },
      )
      return token?.good ? { accountId: token.account_id, data: token.data } : undefined
    },

    async removeAll(accountId, purpose) {
      await database.run(
        `DELETE FROM {schema}.one_time_tokens
          WHERE account_id = :accountId AND purpose = coalesce(:purpose, purpose) AND {durably}`,
        { accountId, purpose: purpose ?? null },
      )
    },

    prune: () =>
      pruneTable(database, {
        table: 'one_time_tokens',
        key: 'token_hash',
        condition: 'expires_at <= {at}',
      }),
  })
}
