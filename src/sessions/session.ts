/**
 * The session record: what a store keeps of one log-in.
 *
 * Times are milliseconds by the store's clock. The birth is in the id (UUIDv7).
 */

import { uuidTime } from '../crypto/uuid.ts'
import type { SessionEndReason } from '../events.ts'

/** The part that rotation reads and writes. */
export interface RotationState {
  /** Generation of the committed refresh token. */
  readonly generation: number
  /** First 16 bytes of SHA-256 of the committed refresh token. */
  readonly hash: Uint8Array
  /** Times of the last commits, newest first, at most four. */
  readonly recentCommits: readonly number[]
  /** Counted forks since the last commit. With `strict` rotation: 1 when the token was used. */
  readonly forks: number
  /** Time of the last counted fork, 0 when there was none. */
  readonly forkedAt: number
}

export interface SessionDevice {
  readonly userAgent: string | null
  readonly address: string | null
}

export interface LiveSession extends RotationState, SessionDevice {
  readonly status: 'live'
  readonly id: string
  readonly accountId: string
  /** The account's session epoch at log-in. */
  readonly epoch: number
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[]
}

/** An ended session, kept until its tokens have expired, so that nothing revives it. */
export interface EndedSession {
  readonly status: 'ended'
  readonly id: string
  readonly accountId: string
  readonly reason: SessionEndReason
}

export type StoredSession = LiveSession | EndedSession

/** How long what belongs to a session is good; in milliseconds. */
export interface SessionLifetimes {
  readonly accessLifetime: number
  readonly inactivityTimeout: number
  readonly absoluteLifetime: number
}

/** The session's birth, from its id. */
export const bornAt = (sessionId: string): number => uuidTime(sessionId)

/** When the session was last seen to move; at most one access-token lifetime too early. */
export function lastMovedAt(session: RotationState, createdAt: number): number {
  return Math.max(createdAt, session.forkedAt, session.recentCommits[0] ?? 0)
}
