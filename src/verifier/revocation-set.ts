/**
 * What was revoked within the last access-token lifetime, in memory.
 *
 * Filled by the revocation feed and by this process's own endings; asked for every request. Entries
 * are forgotten once every token that they could refuse has expired.
 */

import { toleratedClockDifferenceMilliseconds } from '../clock.ts'
import type { AccessClaims } from '../tokens/claims.ts'

export interface RevocationSet {
  /** Refuses every token of the session. `now` in milliseconds. */
  endSession(sessionId: string, now: number): void
  /** Refuses every token of the account with a lower epoch. `now` in milliseconds. */
  endAccount(accountId: string, epoch: number, now: number): void
  isRevoked(claims: Pick<AccessClaims, 'sid' | 'sub' | 'epoch'>): boolean
  /** Number of entries kept. */
  size(): number
}

export interface RevocationSetOptions {
  /** The longest lifetime of an access token of this issuer. */
  readonly accessLifetimeSeconds: number
  readonly leewaySeconds: number
}

const marginSeconds = toleratedClockDifferenceMilliseconds / 1000

/** Sessions and accounts (with their epoch) that ended within one period. */
interface Generation {
  readonly since: number
  readonly sessions: Set<string>
  readonly accounts: Map<string, number>
}

/** Two generations, turned by time: an entry is kept for one to two periods, at no cost a token. */
export function createRevocationSet(options: RevocationSetOptions): RevocationSet {
  const periodSeconds = options.accessLifetimeSeconds + options.leewaySeconds + marginSeconds
  const period = periodSeconds * 1000
  let young = emptyGeneration(Number.NEGATIVE_INFINITY)
  let old = young

  function generationAt(now: number): Generation {
    const age = now - young.since
    if (age >= period) {
      old = age < 2 * period ? young : emptyGeneration(now)
      young = emptyGeneration(now)
    }
    return young
  }

  return Object.freeze({
    endSession(sessionId: string, now: number) {
      generationAt(now).sessions.add(sessionId)
    },
    endAccount(accountId: string, epoch: number, now: number) {
      const { accounts } = generationAt(now)
      accounts.set(accountId, Math.max(epoch, accounts.get(accountId) ?? epoch))
    },
    isRevoked: (claims: Pick<AccessClaims, 'sid' | 'sub' | 'epoch'>) =>
      refuses(young, claims) || refuses(old, claims),
    size: () => sizeOf(young) + sizeOf(old),
  })
}

function emptyGeneration(since: number): Generation {
  return { since, sessions: new Set(), accounts: new Map() }
}

function refuses(
  { sessions, accounts }: Generation,
  claims: Pick<AccessClaims, 'sid' | 'sub' | 'epoch'>,
): boolean {
  if (sessions.has(claims.sid)) return true
  const epoch = accounts.get(claims.sub)
  return epoch !== undefined && epoch > claims.epoch
}

const sizeOf = ({ sessions, accounts }: Generation): number => sessions.size + accounts.size
