/**
 * Moving to another store and from one, in SQLite: each part in one transaction.
 */

import type { Clock } from '../../clock.ts'
import { decideSessionImport } from '../decide-import.ts'
import type { ListedEnding, OneTimeToken, TransferStore } from '../ports.ts'
import type { Database } from './database.ts'
import type { SqliteFeed } from './feed.ts'
import { insertSession, sessionById, updateRotation } from './session-row.ts'
import { importAccount, recordsAfter } from './transfer-accounts.ts'

interface EndingRow {
  readonly session_id: string
  readonly account_id: string
  readonly reason: ListedEnding['reason']
}

interface TokenRow {
  readonly token_hash: Uint8Array
  readonly purpose: string
  readonly account_id: string
  readonly data: string | null
  readonly expires_at: number
}

const durable = { durable: true } as const

export function sqliteTransfer(database: Database, feed: SqliteFeed, clock: Clock): TransferStore {
  return Object.freeze<TransferStore>({
    countAccounts: () =>
      database.read(
        (queries) => queries.get<{ n: number }>('SELECT count(*) AS n FROM users')?.n ?? 0,
      ),

    exportAccounts: ({ after = '', limit }) =>
      database.read((queries) => recordsAfter(queries, after, limit)),

    importAccounts: (records, { takeNames }) =>
      database.transaction(
        (transaction) => records.map((record) => importAccount(transaction, record, takeNames)),
        durable,
      ),

    exportRetired: ({ after = '', limit }) =>
      database.read((queries) =>
        queries
          .all<{ external_id: string }>(
            `SELECT external_id FROM retired_external_ids
              WHERE external_id > ? ORDER BY external_id LIMIT ?`,
            [after, limit],
          )
          .map((row) => row.external_id),
      ),

    importRetired: (externalIds) =>
      database.transaction((transaction) => {
        for (const externalId of externalIds) {
          transaction.run(
            `INSERT INTO retired_external_ids
              SELECT ? WHERE NOT EXISTS (SELECT 1 FROM users WHERE external_id = ?)
              ON CONFLICT DO NOTHING`,
            [externalId, externalId],
          )
        }
      }, durable),

    importSessions: (sessions) =>
      database.transaction((transaction) => {
        let written = 0
        for (const session of sessions) {
          const decision = decideSessionImport(sessionById(transaction, session.id), session)
          if (decision === 'add') insertSession(transaction, session)
          if (decision === 'replace') updateRotation(transaction, session.id, session)
          if (decision !== 'keep') written += 1
        }
        return written
      }, durable),

    newestSessionId: () =>
      database.read(
        (queries) =>
          queries.get<{ id: string }>('SELECT id FROM sessions ORDER BY id DESC LIMIT 1')?.id,
      ),

    exportEndings: ({ after = '', limit }) =>
      database.read((queries) =>
        queries
          .all<EndingRow>(
            // A limit of its own for each, so that no page reads a whole table.
            `SELECT session_id, account_id, min(reason) AS reason FROM (
                SELECT * FROM (SELECT session_id, account_id, reason FROM ended_sessions
                  WHERE session_id > ?1 ORDER BY session_id LIMIT ?2)
                UNION ALL
                SELECT * FROM (SELECT id, account_id, end_reason FROM sessions
                  WHERE id > ?1 AND end_reason IS NOT NULL ORDER BY id LIMIT ?2)
              ) GROUP BY session_id ORDER BY session_id LIMIT ?2`,
            [after, limit],
          )
          .map(toEnding),
      ),

    importEndings: (endings) =>
      database.transaction((transaction) => {
        for (const { sessionId, accountId, reason } of endings) {
          transaction.run(
            `INSERT INTO ended_sessions (session_id, account_id, reason, ended_at)
              VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
            [sessionId, accountId, reason, clock()],
          )
        }
      }, durable),

    exportTokens: () =>
      database.read((queries) =>
        queries.all<TokenRow>('SELECT * FROM one_time_tokens').map(toToken),
      ),

    announce: (entries) =>
      database.transaction((transaction) => {
        for (const entry of entries) feed.append(transaction, entry)
      }, durable),
  })
}

const toEnding = (row: EndingRow): ListedEnding => ({
  sessionId: row.session_id,
  accountId: row.account_id,
  reason: row.reason,
})

const toToken = (row: TokenRow): OneTimeToken => ({
  tokenHash: row.token_hash,
  purpose: row.purpose,
  accountId: row.account_id,
  data: row.data,
  expiresAt: row.expires_at,
})
