/**
 * What was revoked within the last access-token lifetime, in memory.
 *
 * Filled by the revocation feed and by this process's own endings; asked for every request. Entries
 * are forgotten once every token that they could refuse has expired.
 *
 * A session takes 22 to 43 bytes (`id-table.ts`): many may end at once, and a set stays for an hour.
 */

import { toleratedClockDifferenceMilliseconds } from '../clock.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { createIdTable, type IdTable } from './id-table.ts'
import { createIdWords, type IdWords } from './id-words.ts'

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
  readonly sessions: IdTable
  /** Those whose ids are no UUIDs: a store of somebody else may have such. */
  readonly otherSessions: Set<string>
  readonly accounts: Map<string, number>
}

/** Two generations, turned by time: an entry is kept for one to two periods, at no cost a token. */
export function createRevocationSet(options: RevocationSetOptions): RevocationSet {
  const periodSeconds = options.accessLifetimeSeconds + options.leewaySeconds + marginSeconds
  const period = periodSeconds * 1000
  const ids = createIdWords()
  let young = emptyGeneration(ids, Number.NEGATIVE_INFINITY)
  let old = young

  function generationAt(now: number): Generation {
    const age = now - young.since
    if (age >= period) {
      old = age < 2 * period ? young : emptyGeneration(ids, now)
      young = emptyGeneration(ids, now)
    }
    return young
  }

  function isSessionEnded(id: string): boolean {
    if (endedSessions(young) + endedSessions(old) === 0) return false
    if (ids.read(id)) return young.sessions.has() || old.sessions.has()
    return young.otherSessions.has(id) || old.otherSessions.has(id)
  }

  return Object.freeze({
    endSession(sessionId: string, now: number) {
      const { sessions, otherSessions } = generationAt(now)
      if (ids.read(sessionId)) sessions.add()
      else otherSessions.add(sessionId)
    },
    endAccount(accountId: string, epoch: number, now: number) {
      const { accounts } = generationAt(now)
      accounts.set(accountId, Math.max(epoch, accounts.get(accountId) ?? epoch))
    },
    isRevoked: ({ sid, sub, epoch }: Pick<AccessClaims, 'sid' | 'sub' | 'epoch'>) =>
      isSessionEnded(sid) || isOutdated(young, sub, epoch) || isOutdated(old, sub, epoch),
    size: () => sizeOf(young) + sizeOf(old),
  })
}

const emptyGeneration = (ids: IdWords, since: number): Generation => ({
  since,
  sessions: createIdTable(ids),
  otherSessions: new Set(),
  accounts: new Map(),
})

function isOutdated({ accounts }: Generation, accountId: string, epoch: number): boolean {
  const leastEpoch = accounts.get(accountId)
  return leastEpoch !== undefined && leastEpoch > epoch
}

const endedSessions = ({ sessions, otherSessions }: Generation): number =>
  sessions.size() + otherSessions.size

const sizeOf = (generation: Generation): number =>
  endedSessions(generation) + generation.accounts.size
