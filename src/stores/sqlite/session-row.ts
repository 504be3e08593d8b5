/**
 * The session record as a row, and the few statements on one row.
 */

import {
  bornAt,
  type EndedSession,
  type LiveSession,
  lastMovedAt,
  type RotationState,
  type StoredSession,
} from '../../sessions/session.ts'
import type { NewSession } from '../ports.ts'
import type { Queries, Transaction } from './database.ts'

type SessionEndReason = EndedSession['reason']

export interface SessionRow {
  readonly id: string
  readonly account_id: string
  readonly epoch: number
  readonly amr: string
  readonly user_agent: string | null
  readonly address: string | null
  readonly generation: number
  readonly hash: Uint8Array
  readonly recent_commits: string
  readonly forks: number
  readonly forked_at: number
  readonly end_reason: SessionEndReason | null
}

export const sessionColumns = `id, account_id, epoch, amr, user_agent, address, generation, hash,
  recent_commits, forks, forked_at, end_reason`

export function sessionById(queries: Queries, id: string): StoredSession | undefined {
  const row = queries.get<SessionRow>(`SELECT ${sessionColumns} FROM sessions WHERE id = ?`, [id])
  return row && toSession(row)
}

export function insertSession(transaction: Transaction, session: NewSession): void {
  const createdAt = bornAt(session.id)
  transaction.run(
    `INSERT INTO sessions (${sessionColumns}, created_at, moved_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)`,
    [
      session.id,
      session.accountId,
      session.epoch,
      JSON.stringify(session.amr),
      session.userAgent,
      session.address,
      session.generation,
      session.hash,
      JSON.stringify(session.recentCommits),
      session.forks,
      session.forkedAt,
      createdAt,
      lastMovedAt(session, createdAt),
    ],
  )
}

export function updateRotation(transaction: Transaction, id: string, next: RotationState): void {
  transaction.run(
    `UPDATE sessions
      SET generation = ?, hash = ?, recent_commits = ?, forks = ?, forked_at = ?, moved_at = ?
      WHERE id = ?`,
    [
      next.generation,
      next.hash,
      JSON.stringify(next.recentCommits),
      next.forks,
      next.forkedAt,
      lastMovedAt(next, bornAt(id)),
      id,
    ],
  )
}

/** Ends a session if it is live; the device data goes. @returns whether this call ended it. */
export function endRow(transaction: Transaction, id: string, reason: SessionEndReason): boolean {
  const ended = transaction.run(
    `UPDATE sessions SET end_reason = ?, user_agent = NULL, address = NULL
      WHERE id = ? AND end_reason IS NULL`,
    [reason, id],
  )
  return ended === 1
}

export function toLiveSession(row: SessionRow): LiveSession {
  return {
    status: 'live',
    id: row.id,
    accountId: row.account_id,
    epoch: row.epoch,
    amr: JSON.parse(row.amr),
    userAgent: row.user_agent,
    address: row.address,
    generation: row.generation,
    hash: row.hash,
    recentCommits: JSON.parse(row.recent_commits),
    forks: row.forks,
    forkedAt: row.forked_at,
  }
}

function toSession(row: SessionRow): StoredSession {
  if (row.end_reason === null) return toLiveSession(row)
  return { status: 'ended', id: row.id, accountId: row.account_id, reason: row.end_reason }
}
