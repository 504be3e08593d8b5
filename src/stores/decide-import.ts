/**
 * When a record from another store replaces the one that is there: never a newer one.
 *
 * Pure, so that every technology decides alike. Part of the ports in `ports.ts`.
 */

import type { LiveSession, StoredSession } from '../sessions/session.ts'
import type { AccountRecord } from './transfer-store.ts'

export type ImportDecision = 'add' | 'replace' | 'keep'

/** An account is newer by its session epoch, then by the time of its last change. */
export function decideAccountImport(
  stored: AccountRecord | undefined,
  given: AccountRecord,
): ImportDecision {
  if (stored === undefined) return 'add'
  if (stored.sessionEpoch !== given.sessionEpoch) {
    return stored.sessionEpoch < given.sessionEpoch ? 'replace' : 'keep'
  }
  if (stored.updatedAt !== given.updatedAt) {
    return stored.updatedAt < given.updatedAt ? 'replace' : 'keep'
  }
  // A hash that was strengthened changes neither.
  return isSameAccount(stored, given) ? 'keep' : 'replace'
}

/**
 * A session is newer by its generation, then by its counted forks. One that ended stays ended; of two
 * that committed different tokens of one generation the one that is there stays.
 */
export function decideSessionImport(
  stored: StoredSession | undefined,
  given: LiveSession,
): ImportDecision {
  if (stored === undefined) return 'add'
  if (stored.status === 'ended') return 'keep'
  if (stored.generation !== given.generation) {
    return stored.generation < given.generation ? 'replace' : 'keep'
  }
  if (!isSameBytes(stored.hash, given.hash)) return 'keep'
  return stored.forkedAt < given.forkedAt ? 'replace' : 'keep'
}

const fieldsOf = (account: AccountRecord): readonly unknown[] => [
  ...[account.id, account.externalId, account.username, account.usernameKey, account.email],
  ...[account.emailKey, account.emailVerified, account.name, account.passwordHash],
  ...[account.status, account.sessionEpoch, account.roles, account.scopes],
  ...[account.createdAt, account.updatedAt],
]

export const isSameAccount = (one: AccountRecord, other: AccountRecord): boolean =>
  JSON.stringify(fieldsOf(one)) === JSON.stringify(fieldsOf(other))

/** The same session at the same point of its rotation. */
export const isSameSession = (one: LiveSession, other: LiveSession): boolean =>
  one.accountId === other.accountId &&
  one.epoch === other.epoch &&
  one.generation === other.generation &&
  one.forks === other.forks &&
  one.forkedAt === other.forkedAt &&
  isSameBytes(one.hash, other.hash)

const isSameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
