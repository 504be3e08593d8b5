/** Sessions, tokens and policies for the tests of `decideRefresh`. Tokens are numbered. */

import type { PresentedToken, RefreshPolicy } from '../../src/sessions/decide-refresh.ts'
import type { EndedSession, LiveSession } from '../../src/sessions/session.ts'

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** A moment far from 0, at which the examples take place. */
export const now = 1_800_000_000_000
export const accessLifetime = 15 * minute

/** 16 bytes that stand for the hash of token number `id`; 0 gives the zeros of "no parent". */
export function hashOf(id: number): Uint8Array {
  const hash = new Uint8Array(16)
  new DataView(hash.buffer).setUint32(12, id)
  return hash
}

export function idOf(hash: Uint8Array): number {
  return new DataView(hash.buffer, hash.byteOffset).getUint32(12)
}

export function policyOf(changes: Partial<RefreshPolicy> = {}): RefreshPolicy {
  return {
    rotation: 'fork-and-commit',
    inactivityTimeout: 7 * day,
    absoluteLifetime: 30 * day,
    accessLifetime,
    restoreMissing: true,
    ...changes,
  }
}

/** A session at generation 7, committed by token 70, last moved an hour ago. */
export function liveSession(changes: Partial<LiveSession> = {}): LiveSession {
  return {
    status: 'live',
    id: 'session',
    accountId: 'account',
    epoch: 1,
    amr: ['pwd'],
    userAgent: null,
    address: null,
    generation: 7,
    hash: hashOf(70),
    recentCommits: [now - hour, now - 2 * hour, now - 3 * hour, now - 4 * hour],
    forks: 0,
    forkedAt: now - 5 * hour,
    ...changes,
  }
}

export const endedSession: EndedSession = {
  status: 'ended',
  id: 'session',
  accountId: 'account',
  reason: 'logout',
}

/** The committed token of `liveSession()`. */
export function presentedToken(changes: Partial<PresentedToken> = {}): PresentedToken {
  return {
    generation: 7,
    hash: hashOf(70),
    parent: hashOf(60),
    issuedAt: now - hour,
    sessionBornAt: now - day,
    restorable: true,
    ...changes,
  }
}

/** A successor of the committed token of `liveSession()`. */
export function successorToken(changes: Partial<PresentedToken> = {}): PresentedToken {
  return presentedToken({ generation: 8, hash: hashOf(80), parent: hashOf(70), ...changes })
}
