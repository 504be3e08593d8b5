/** Live sessions of another store, written into PostgreSQL. */

import {
  bornAt,
  type LiveSession,
  lastMovedAt,
  type StoredSession,
} from '../../sessions/session.ts'
import { decideSessionImport } from '../decide-import.ts'
import type { ImportTable } from '../import-records.ts'
import { bulk, type Database } from './database.ts'
import { type SessionRow, sessionColumns, toSession } from './session-row.ts'
import { writeRotation } from './write-rotation.ts'

export function sessionTable(database: Database): ImportTable<StoredSession, LiveSession> {
  return {
    decide: decideSessionImport,

    async read(ids) {
      const rows = await database.run<SessionRow>(
        `SELECT ${sessionColumns} FROM {schema}.sessions
          WHERE id IN (SELECT value FROM json_array_elements_text(:ids::json))`,
        { ids: JSON.stringify(ids) },
        bulk,
      )
      return rows.map(toSession)
    },

    async add(sessions) {
      const rows = await database.run<{ id: string }>(
        `INSERT INTO {schema}.sessions (${sessionColumns}, created_at, moved_at)
          SELECT id, account_id, epoch, amr, user_agent, address, generation, decode(hash, 'hex'),
              recent_commits, forks, forked_at, NULL, created_at, moved_at
            FROM json_to_recordset(:rows::json) AS given(id text, account_id text, epoch integer,
              amr text, user_agent text, address text, generation bigint, hash text,
              recent_commits text, forks integer, forked_at bigint, created_at bigint,
              moved_at bigint)
            WHERE {durably}
          ON CONFLICT DO NOTHING RETURNING id`,
        { rows: JSON.stringify(sessions.map(toRow)) },
        bulk,
      )
      return new Set(rows.map(({ id }) => id))
    },

    replace: async (stored, session) =>
      stored.status === 'live' && writeRotation(database, stored, session),

    makeRoom: async () => false,
  }
}

function toRow(session: LiveSession) {
  const createdAt = bornAt(session.id)
  return {
    id: session.id,
    account_id: session.accountId,
    epoch: session.epoch,
    amr: JSON.stringify(session.amr),
    user_agent: session.userAgent,
    address: session.address,
    generation: session.generation,
    hash: Buffer.from(session.hash).toString('hex'),
    recent_commits: JSON.stringify(session.recentCommits),
    forks: session.forks,
    forked_at: session.forkedAt,
    created_at: createdAt,
    moved_at: lastMovedAt(session, createdAt),
  }
}
