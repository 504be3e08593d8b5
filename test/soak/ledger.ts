/**
 * What a run has counted and what it holds the servers to.
 *
 * Who may have ended a session is read off the accounts, by wrapping what writes there: an honest
 * client that is refused without such an ending is a lost session.
 */

import type { SessionEndReason } from '../../src/events.ts'
import type { Stores } from '../../src/stores/ports.ts'

/** Numbers that can be added up over chunks. */
export interface Totals {
  steps: number
  refreshed: number
  unavailable: number
  logIns: number
  logOuts: number
  passwordChanges: number
  remoteLogOuts: number
  logOutsEverywhere: number
  /** Presentations of a token whose session had ended. */
  probes: number
  restored: number
  recovered: number
  thefts: number
  caught: number
  faults: number
  slowestRecoveryMilliseconds: number
  /** Honest clients that were refused without an ending. */
  lost: number
  /** Ended sessions that issued again. */
  revived: number
  /** Thieves that stayed in, and errors that nobody should see. */
  missed: number
  unexpected: number
}

export interface Ledger {
  readonly totals: Totals
  /** What was broken, in words; the first few. */
  readonly broken: string[]
  readonly faults: Record<string, number>
  note(kind: 'lost' | 'revived' | 'missed' | 'unexpected', what: string): void
  /** Why a session is on the ended list. */
  listedFor(sessionId: string): SessionEndReason | undefined
  /** How often all sessions of an account were ended, answered or not. */
  epochOf(accountId: string): number
  /** The accounts' stores, with what they write noted. */
  watch(accounts: Stores): Stores
}

export const noTotals = (): Totals => ({
  steps: 0,
  refreshed: 0,
  unavailable: 0,
  logIns: 0,
  logOuts: 0,
  passwordChanges: 0,
  remoteLogOuts: 0,
  logOutsEverywhere: 0,
  probes: 0,
  restored: 0,
  recovered: 0,
  thefts: 0,
  caught: 0,
  faults: 0,
  slowestRecoveryMilliseconds: 0,
  lost: 0,
  revived: 0,
  missed: 0,
  unexpected: 0,
})

const mostWords = 20

export function createLedger(): Ledger {
  const totals = noTotals()
  const broken: string[] = []
  const listed = new Map<string, SessionEndReason>()
  const epochs = new Map<string, number>()
  const raised = (accountId: string, epoch: number): void => {
    epochs.set(accountId, Math.max(epoch, epochs.get(accountId) ?? 0))
  }
  return {
    totals,
    broken,
    faults: {},
    note(kind, what) {
      totals[kind] += 1
      if (broken.length < mostWords) broken.push(`${kind}: ${what}`)
    },
    listedFor: (sessionId) => listed.get(sessionId),
    epochOf: (accountId) => epochs.get(accountId) ?? 0,
    watch: (accounts) => ({
      ...accounts,
      endedList: {
        ...accounts.endedList,
        async add(ending) {
          // Before the call, so that nobody is refused for an ending that is not noted yet.
          if (!listed.has(ending.sessionId)) listed.set(ending.sessionId, ending.reason)
          return accounts.endedList.add(ending)
        },
      },
      users: {
        ...accounts.users,
        async raiseEpoch(id) {
          const epoch = await accounts.users.raiseEpoch(id)
          if (epoch !== 'not_found') raised(id, epoch)
          return epoch
        },
        async changePassword(id, expected, next) {
          const epoch = await accounts.users.changePassword(id, expected, next)
          if (epoch !== 'conflict') raised(id, epoch)
          return epoch
        },
      },
    }),
  }
}

/** Adds `more` to `sum`; the slowest recovery is the slower of both. */
export function addTotals(sum: Totals, more: Totals): void {
  for (const key of Object.keys(more) as (keyof Totals)[]) {
    sum[key] =
      key === 'slowestRecoveryMilliseconds' ? Math.max(sum[key], more[key]) : sum[key] + more[key]
  }
}
