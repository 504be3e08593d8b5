/**
 * Accounts, sessions and tokens for the rules, and records in a form that can be compared.
 */

import { randomBytes } from 'node:crypto'
import { uuidTime, uuidV7 } from '../../crypto/uuid.ts'
import type {
  RefreshDecision,
  RefreshPolicy,
  RestoringToken,
} from '../../sessions/decide-refresh.ts'
import type { StoredSession } from '../../sessions/session.ts'
import type { NewAccount, NewSession, SessionStore } from '../ports.ts'

export const second = 1000
export const minute = 60 * second
export const day = 24 * 60 * minute

/** The lifetimes that the stores under test are opened with, in milliseconds. */
export const contractLifetimes = Object.freeze({
  accessLifetime: 15 * minute,
  inactivityTimeout: 7 * day,
  absoluteLifetime: 30 * day,
})

export const policy: RefreshPolicy = Object.freeze({
  ...contractLifetimes,
  rotation: 'fork-and-commit',
  restoreMissing: false,
})

/** An id that no record has. */
export const unknownId = (): string => uuidV7(1_800_000_000_000)

export function newAccount(username: string, fields: Partial<NewAccount> = {}): NewAccount {
  return {
    id: unknownId(),
    externalId: null,
    username,
    usernameKey: username.toLowerCase(),
    email: null,
    emailKey: null,
    name: null,
    passwordHash: '$argon2id$one',
    roles: ['reader'],
    scopes: ['notes:read'],
    ...fields,
  }
}

export const emailOf = (address: string): Pick<NewAccount, 'email' | 'emailKey'> => ({
  email: address,
  emailKey: address.toLowerCase(),
})

export function newSession(
  accountId: string,
  bornAt: number,
  fields: Partial<NewSession> = {},
): NewSession {
  return {
    id: uuidV7(bornAt),
    accountId,
    epoch: 0,
    amr: ['pwd'],
    userAgent: 'Firefox',
    address: '192.0.2.1',
    generation: 1,
    hash: newHash(),
    recentCommits: [],
    forks: 0,
    forkedAt: 0,
    ...fields,
  }
}

export const newHash = (): Uint8Array => Uint8Array.from(randomBytes(16))

/** The token that the session has committed. */
function committedToken(session: NewSession): RestoringToken {
  const sessionBornAt = uuidTime(session.id)
  return {
    accountId: session.accountId,
    epoch: session.epoch,
    generation: session.generation,
    hash: session.hash,
    parent: new Uint8Array(16),
    issuedAt: sessionBornAt,
    sessionBornAt,
    restorable: true,
  }
}

/** Another successor at every call. */
export function successorOf(token: RestoringToken, issuedAt = token.issuedAt): RestoringToken {
  const generation = token.generation + 1
  return { ...token, generation, hash: newHash(), parent: token.hash, issuedAt }
}

/** Adds a session of a new account, born now. */
export async function addSession(sessions: SessionStore, fields: Partial<NewSession> = {}) {
  const session = newSession(unknownId(), await sessions.now(), fields)
  await sessions.create(session, Number.POSITIVE_INFINITY)
  return { session, token: committedToken(session), accountId: session.accountId }
}

/** A session with its bytes as text, whichever kind of array the store answers with. */
export function plainSession(session: StoredSession | undefined): unknown {
  return session?.status === 'live' ? { ...session, hash: hexOf(session.hash) } : session
}

/** A session as it must be found after it was created. */
export const plainNew = (session: NewSession): unknown =>
  plainSession({ status: 'live', ...session })

export function plainDecision(decision: RefreshDecision): unknown {
  if (!('next' in decision) || decision.next === undefined) return { ...decision }
  return { ...decision, next: { ...decision.next, hash: hexOf(decision.next.hash) } }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
