/**
 * Fork-and-commit rotation: the pure rule of a refresh (RFC 9700 §4.14).
 *
 * Presenting the committed token forks: it answers with a new successor and changes nothing, so a
 * lost answer can be asked for again. Presenting a successor commits it and supersedes its
 * siblings, so of two holders of one token only one can go on. Holds no state and no clock;
 * `SessionStore.refresh` makes one call of it one atomic step. The order of the rules matters.
 */

import type { EndedSession, LiveSession, RotationState } from './session.ts'

/** What a genuine refresh token says, as far as the rule needs it. Times in milliseconds. */
export interface PresentedToken {
  readonly generation: number
  /** First 16 bytes of SHA-256 of the token. */
  readonly hash: Uint8Array
  /** The hash of the token that it succeeds; zeros for the first. */
  readonly parent: Uint8Array
  readonly issuedAt: number
  /** The session's birth, from its id. */
  readonly sessionBornAt: number
  /** True for version 1: only such sessions are ever restored. */
  readonly restorable: boolean
}

/** A presented token, and what a session that is restored by it has no other source of. */
export interface RestoringToken extends PresentedToken {
  readonly accountId: string
  /** The account's session epoch at log-in. */
  readonly epoch: number
}

/** All durations in milliseconds. */
export interface RefreshPolicy {
  readonly rotation: 'fork-and-commit' | 'strict'
  readonly inactivityTimeout: number
  readonly absoluteLifetime: number
  readonly accessLifetime: number
  /** True where sessions live outside the account database, so a missing one means a wipe. */
  readonly restoreMissing: boolean
}

/** A step: what is answered, and the state to write (absent: nothing is written). */
export type RefreshDecision =
  | { readonly outcome: 'expired' | 'ended' | 'superseded' }
  | { readonly outcome: 'replayed' | 'not_adopted' }
  | { readonly outcome: 'forked'; readonly next?: RotationState; readonly warn: boolean }
  | { readonly outcome: 'committed' | 'recovered' | 'restored'; readonly next: RotationState }

export type RefreshOutcome = RefreshDecision['outcome']

/** A token passed less than this long ago was presented late, not replayed. */
const lateWindowMilliseconds = 10_000
/** Forks without a commit after which the developer is told. */
const notAdoptedWarning = 3
/** Forks without a commit after which the session ends. */
const notAdoptedLimit = 20

const keptCommits = 4

export function decideRefresh(
  session: LiveSession | EndedSession | undefined,
  presented: PresentedToken,
  now: number,
  policy: RefreshPolicy,
): RefreshDecision {
  if (isExpired(presented, now, policy)) return { outcome: 'expired' }
  if (session?.status === 'ended') return { outcome: 'ended' }
  if (session === undefined) {
    if (!policy.restoreMissing || !presented.restorable) return { outcome: 'ended' }
    return { outcome: 'restored', next: caughtUp(presented, now, policy) }
  }
  const ahead = presented.generation - session.generation
  if (ahead === 0 && sameHash(presented.hash, session.hash)) return fork(session, now, policy)
  if (ahead === 1 && sameHash(presented.parent, session.hash)) {
    return { outcome: 'committed', next: commit(session, presented, now, policy) }
  }
  // Only a store that lost writes can be more than one generation behind a genuine token.
  if (ahead > 1) return { outcome: 'recovered', next: caughtUp(presented, now, policy) }
  if (isLate(session, -ahead, now, policy)) return { outcome: 'superseded' }
  return { outcome: 'replayed' }
}

function isExpired(presented: PresentedToken, now: number, policy: RefreshPolicy): boolean {
  return (
    now - presented.issuedAt > policy.inactivityTimeout ||
    now - presented.sessionBornAt > policy.absoluteLifetime
  )
}

function fork(session: LiveSession, now: number, policy: RefreshPolicy): RefreshDecision {
  if (policy.rotation === 'strict') {
    if (session.forks > 0) return { outcome: 'replayed' }
    return {
      outcome: 'forked',
      next: { ...rotationOf(session), forks: 1, forkedAt: now },
      warn: false,
    }
  }
  const counts = session.forkedAt === 0 || now - session.forkedAt >= policy.accessLifetime
  if (!counts) return { outcome: 'forked', warn: false }
  const forks = session.forks + 1
  if (forks >= notAdoptedLimit) return { outcome: 'not_adopted' }
  return {
    outcome: 'forked',
    next: { ...rotationOf(session), forks, forkedAt: now },
    warn: forks === notAdoptedWarning,
  }
}

function commit(
  session: LiveSession,
  presented: PresentedToken,
  now: number,
  policy: RefreshPolicy,
): RotationState {
  return {
    generation: presented.generation,
    hash: presented.hash,
    recentCommits: [now, ...session.recentCommits].slice(0, keptCommits),
    forks: usedOnce(policy),
    forkedAt: session.forkedAt,
  }
}

/** The state after the store had lost writes: whoever held a token before it is late, not a thief. */
function caughtUp(presented: PresentedToken, now: number, policy: RefreshPolicy): RotationState {
  return {
    generation: presented.generation,
    hash: presented.hash,
    recentCommits: [now, now, now, now],
    forks: usedOnce(policy),
    forkedAt: 0,
  }
}

// Strict rotation: the token that commits is thereby used, and may not be presented again.
const usedOnce = (policy: RefreshPolicy): number => (policy.rotation === 'strict' ? 1 : 0)

/**
 * Looks at when this very token was passed, not at the session's last commit: otherwise a thief
 * who commits every nine seconds would keep the owner "late" for ever.
 */
function isLate(session: LiveSession, behind: number, now: number, policy: RefreshPolicy): boolean {
  if (policy.rotation === 'strict') return false
  const passedAt = session.recentCommits[Math.max(1, behind) - 1]
  return passedAt !== undefined && now - passedAt < lateWindowMilliseconds
}

function rotationOf(session: LiveSession): RotationState {
  const { generation, hash, recentCommits, forks, forkedAt } = session
  return { generation, hash, recentCommits, forks, forkedAt }
}

function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
