/**
 * The session record as a row.
 */

import {
  bornAt,
  type EndedSession,
  type LiveSession,
  lastMovedAt,
  type StoredSession,
} from '../../sessions/session.ts'
import type { NewSession } from '../ports.ts'
import type { SqlValues } from './statement.ts'

/** The driver hands out a bigint as text. */
export interface SessionRow {
  readonly id: string
  readonly account_id: string
  readonly epoch: number
  readonly amr: string
  readonly user_agent: string | null
  readonly address: string | null
  readonly generation: string
  readonly hash: Uint8Array
  readonly recent_commits: string
  readonly forks: number
  readonly forked_at: string
  readonly end_reason: EndedSession['reason'] | null
}

export const sessionColumns = `id, account_id, epoch, amr, user_agent, address, generation, hash,
  recent_commits, forks, forked_at, end_reason`

/** The arguments of `create_session` that describe the session, by their names. */
export function newSessionValues(session: NewSession): SqlValues {
  const createdAt = bornAt(session.id)
  return {
    id: session.id,
    accountId: session.accountId,
    epoch: session.epoch,
    amr: JSON.stringify(session.amr),
    userAgent: session.userAgent,
    address: session.address,
    generation: session.generation,
    hash: session.hash,
    recentCommits: JSON.stringify(session.recentCommits),
    forks: session.forks,
    forkedAt: session.forkedAt,
    createdAt,
    movedAt: lastMovedAt(session, createdAt),
  }
}

export function toSession(row: SessionRow): StoredSession {
  if (row.end_reason === null) return toLiveSession(row)
  return { status: 'ended', id: row.id, accountId: row.account_id, reason: row.end_reason }
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
    generation: Number(row.generation),
    hash: new Uint8Array(row.hash),
    recentCommits: JSON.parse(row.recent_commits),
    forks: row.forks,
    forkedAt: Number(row.forked_at),
  }
}
