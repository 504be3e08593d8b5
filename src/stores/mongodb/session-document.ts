/** Sessions as MongoDB keeps them: documents, and how they become records. */

import {
  bornAt,
  type EndedSession,
  type LiveSession,
  lastMovedAt,
  type RotationState,
  type StoredSession,
} from '../../sessions/session.ts'
import type { NewSession } from '../ports.ts'
import type { EndedDocument } from './announcements.ts'
import type { Filter } from './client.ts'

export type SessionEndReason = EndedSession['reason']

/** Bytes, or the driver's wrapping of them. */
export type StoredBytes = Uint8Array | { readonly buffer: Uint8Array; readonly position: number }

export interface SessionDocument extends EndedDocument {
  readonly accountId: string
  readonly status: 'live' | 'ended'
  readonly endReason?: SessionEndReason
  readonly epoch: number
  readonly amr: readonly string[]
  readonly userAgent?: string | null
  readonly address?: string | null
  readonly generation: number
  readonly hash: StoredBytes
  readonly recentCommits: readonly number[]
  readonly forks: number
  readonly forkedAt: number
  readonly bornAt: number
  readonly movedAt: number
  /** Raised by every write of the rotation; what a compare-and-swap compares. */
  readonly revision: number
}

export function newSessionDocument({ id, ...session }: NewSession): SessionDocument {
  const birth = bornAt(id)
  return {
    _id: id,
    status: 'live',
    ...session,
    amr: [...session.amr],
    hash: Buffer.from(session.hash),
    recentCommits: [...session.recentCommits],
    bornAt: birth,
    movedAt: lastMovedAt(session, birth),
    revision: 0,
  }
}

export const rotationUpdate = (id: string, next: RotationState): object => ({
  $set: {
    generation: next.generation,
    hash: Buffer.from(next.hash),
    recentCommits: [...next.recentCommits],
    forks: next.forks,
    forkedAt: next.forkedAt,
    movedAt: lastMovedAt(next, bornAt(id)),
  },
  $inc: { revision: 1 },
})

/**
 * Ends a session, whose device data goes.
 *
 * @param unannouncedSince makes the note that it is yet to be announced.
 */
export const endUpdate = (reason: SessionEndReason, unannouncedSince?: number): object => ({
  $set: {
    status: 'ended',
    endReason: reason,
    ...(unannouncedSince !== undefined && { unannouncedSince }),
  },
  $unset: { userAgent: '', address: '' },
  $inc: { revision: 1 },
})

export interface LiveBounds {
  readonly minimumEpoch: number
  readonly movedSince: number
  readonly bornSince: number
}

export const liveOf = (accountId: string, bounds: LiveBounds): Filter => ({
  accountId: { $eq: accountId },
  status: 'live',
  bornAt: { $gte: bounds.bornSince },
  movedAt: { $gte: bounds.movedSince },
  epoch: { $gte: bounds.minimumEpoch },
})

export function toLiveSession(document: SessionDocument): LiveSession {
  return {
    status: 'live',
    id: document._id,
    accountId: document.accountId,
    epoch: document.epoch,
    amr: document.amr,
    userAgent: document.userAgent ?? null,
    address: document.address ?? null,
    generation: document.generation,
    hash: bytesOf(document.hash),
    recentCommits: document.recentCommits,
    forks: document.forks,
    forkedAt: document.forkedAt,
  }
}

export function toSession(document: SessionDocument): StoredSession {
  const { _id: id, accountId, endReason: reason } = document
  return reason === undefined ? toLiveSession(document) : { status: 'ended', id, accountId, reason }
}

// Copied, so that what a caller does to it reaches nobody.
export const bytesOf = (hash: StoredBytes): Uint8Array =>
  hash instanceof Uint8Array
    ? Uint8Array.from(hash)
    : Uint8Array.from(hash.buffer.subarray(0, hash.position))
