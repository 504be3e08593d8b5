/**
 * Moving to another store and from one, in PostgreSQL: many records in one statement.
 */

import { importRecords } from '../import-records.ts'
import type { ListedEnding, OneTimeToken, TransferStore } from '../ports.ts'
import { bulk, type Database } from './database.ts'
import { accountTable, recordsAfter } from './transfer-accounts.ts'
import { sessionTable } from './transfer-sessions.ts'

interface TokenRow {
  readonly token_hash: Uint8Array
  readonly purpose: string
  readonly account_id: string
  readonly data: string | null
  readonly expires_at: string
}

export function postgresTransfer(database: Database): TransferStore {
  return Object.freeze<TransferStore>({
    async countAccounts() {
      const sql = 'SELECT count(*)::text AS n FROM {schema}.users'
      const [row] = await database.run<{ n: string }>(sql, {}, bulk)
      return Number(row?.n ?? 0)
    },

    exportAccounts: (page) => recordsAfter(database, page),

    importAccounts: (records, { takeNames }) =>
      importRecords(accountTable(database, takeNames), records),

    async exportRetired({ after = '', limit }) {
      const rows = await database.run<{ external_id: string }>(
        `SELECT external_id FROM {schema}.external_ids AS e
          WHERE external_id > :after AND NOT EXISTS (
            SELECT FROM {schema}.users AS u WHERE u.external_id = e.external_id
          )
          ORDER BY external_id LIMIT :limit::bigint`,
        { after, limit },
        bulk,
      )
      return rows.map((row) => row.external_id)
    },

    async importRetired(externalIds) {
      await database.run(
        `INSERT INTO {schema}.external_ids (external_id)
          SELECT value FROM json_array_elements_text(:ids::json) WHERE {durably}
          ON CONFLICT DO NOTHING`,
        { ids: JSON.stringify(externalIds) },
        bulk,
      )
    },

    async importSessions(sessions) {
      const outcomes = await importRecords(sessionTable(database), sessions)
      return outcomes.filter((outcome) => outcome === 'written').length
    },

    async newestSessionId() {
      const sql = 'SELECT id FROM {schema}.sessions ORDER BY id DESC LIMIT 1'
      return (await database.run<{ id: string }>(sql))[0]?.id
    },

    async exportEndings({ after = '', limit }) {
      return database.run<ListedEnding>(
        // A limit of its own for each, so that no page reads a whole table.
        `SELECT session_id AS "sessionId", min(account_id) AS "accountId", min(reason) AS reason FROM (
            (SELECT session_id, account_id, reason FROM {schema}.ended_sessions
              WHERE session_id > :after ORDER BY session_id LIMIT :limit::bigint)
            UNION ALL
            (SELECT id, account_id, end_reason FROM {schema}.sessions
              WHERE id > :after AND end_reason IS NOT NULL ORDER BY id LIMIT :limit::bigint)
          ) AS ended GROUP BY session_id ORDER BY session_id LIMIT :limit::bigint`,
        { after, limit },
        bulk,
      )
    },

    async importEndings(endings) {
      await database.run(
        `INSERT INTO {schema}.ended_sessions (session_id, account_id, reason, ended_at)
          SELECT "sessionId", "accountId", reason, {now}
            FROM json_to_recordset(:rows::json) AS r("sessionId" text, "accountId" text, reason text)
            WHERE {durably}
          ON CONFLICT DO NOTHING`,
        { rows: JSON.stringify(endings) },
        bulk,
      )
    },

    async exportTokens() {
      const rows = await database.run<TokenRow>('SELECT * FROM {schema}.one_time_tokens', {}, bulk)
      return rows.map(toToken)
    },

    async announce(entries) {
      const rows = entries.map((entry) => ({
        kind: entry.kind,
        subject: entry.kind === 'session_ended' ? entry.sessionId : entry.accountId,
        epoch: entry.kind === 'account_ended' ? entry.epoch : null,
        at: entry.kind === 'account_changed' ? entry.changedAt : null,
      }))
      await database.run(
        `INSERT INTO {schema}.revocations (kind, subject, epoch, at)
          SELECT kind, subject, epoch, coalesce(at, {now})
            FROM json_to_recordset(:rows::json)
              AS r(kind text, subject text, epoch integer, at bigint) WHERE {durably}`,
        { rows: JSON.stringify(rows) },
        bulk,
      )
    },
  })
}

const toToken = (row: TokenRow): OneTimeToken => ({
  tokenHash: new Uint8Array(row.token_hash),
  purpose: row.purpose,
  accountId: row.account_id,
  data: row.data,
  expiresAt: Number(row.expires_at),
})
