/**
 * The ended list in PostgreSQL, with its feed entries.
 */

import type { SessionLifetimes } from '../../sessions/session.ts'
import type { EndedListStore } from '../ports.ts'
import type { Database } from './database.ts'
import { pruneTable } from './prune.ts'

const dayMilliseconds = 24 * 60 * 60 * 1000

export function postgresEndedList(
  database: Database,
  { absoluteLifetime }: SessionLifetimes,
): EndedListStore {
  return Object.freeze<EndedListStore>({
    async add({ sessionId, accountId, reason }) {
      const added = await database.run(
        `WITH added AS (
            INSERT INTO {schema}.ended_sessions (session_id, account_id, reason, ended_at)
              SELECT :sessionId, :accountId, :reason, {now} WHERE {durably}
              ON CONFLICT DO NOTHING RETURNING session_id, ended_at
          ), told AS (
            INSERT INTO {schema}.revocations (kind, subject, at)
              SELECT 'session_ended', session_id, ended_at FROM added
          )
          SELECT session_id FROM added`,
        { sessionId, accountId, reason },
      )
      return added.length === 1
    },

    prune: () =>
      pruneTable(
        database,
        {
          table: 'ended_sessions',
          key: 'session_id',
          condition: 'ended_at < {at} - :kept::bigint',
        },
        { kept: absoluteLifetime + dayMilliseconds },
      ),
  })
}
