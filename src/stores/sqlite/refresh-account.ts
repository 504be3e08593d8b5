/**
 * The one question that a refresh asks of the accounts.
 */

import type { AccountStatus, RefreshStanding } from '../ports.ts'
import type { Queries } from './database.ts'

interface RefreshRow {
  readonly status: AccountStatus
  readonly session_epoch: number
  readonly roles: string
  readonly scopes: string
  readonly session_ended: number
}

export function refreshAccount(
  queries: Queries,
  id: string,
  sessionId: string | undefined,
): RefreshStanding | undefined {
  const row = queries.get<RefreshRow>(
    `SELECT status, session_epoch, roles, scopes,
        EXISTS (SELECT 1 FROM ended_sessions WHERE session_id = ?) AS session_ended
      FROM users WHERE id = ?`,
    [sessionId ?? null, id],
  )
  if (row === undefined) return undefined
  return {
    sessionEnded: row.session_ended === 1,
    status: row.status,
    sessionEpoch: row.session_epoch,
    roles: JSON.parse(row.roles),
    scopes: JSON.parse(row.scopes),
  }
}
