/** The real flows with one of their steps left out, by stores that do not do it. */

import type { RefreshOutcome } from '../../src/sessions/decide-refresh.ts'
import type { EndedListStore, RefreshStanding, Stores } from '../../src/stores/ports.ts'
import type { Sabotage } from './scenario.ts'
import type { scenarios } from './scenarios.ts'

export interface Mutant {
  readonly name: string
  readonly scenario: keyof typeof scenarios
  readonly sabotage: Sabotage
  /** What the counter-example violates. */
  readonly violates: RegExp
}

const withList =
  (add: (real: EndedListStore['add']) => EndedListStore['add']) =>
  (real: Stores): Stores => ({
    ...real,
    endedList: { ...real.endedList, add: add(real.endedList.add) },
  })

const withStanding =
  (change: (standing: RefreshStanding) => Partial<RefreshStanding>) =>
  (real: Stores): Stores => ({
    ...real,
    users: {
      ...real.users,
      async refreshAccount(id, sessionId) {
        const standing = await real.users.refreshAccount(id, sessionId)
        return standing && { ...standing, ...change(standing) }
      },
    },
  })

/** What the refresh of one outcome would list is not listed. */
const unlistedAfter =
  (unlisted: RefreshOutcome): Sabotage =>
  () => {
    let last: RefreshOutcome | undefined
    return {
      sessions: (real) => ({
        ...real,
        async refresh(...input) {
          const step = await real.refresh(...input)
          last = step.decision.outcome
          return step
        },
      }),
      accounts: withList((add) => async (ending) => (last === unlisted ? false : add(ending))),
    }
  }

/** The accounts are read once, and that is what every later reading answers. */
const readOnce: Sabotage = () => {
  let first: Promise<RefreshStanding | undefined> | undefined
  return {
    accounts: (real) => ({
      ...real,
      users: {
        ...real.users,
        refreshAccount: (...input) => {
          first ??= real.users.refreshAccount(...input)
          return first
        },
      },
    }),
  }
}

export const mutants: readonly Mutant[] = [
  {
    name: 'a log-out is not listed',
    scenario: 'a refresh and a log-out, with a wipe and a crash',
    sabotage: () => ({ accounts: withList(() => async () => true) }),
    violates: /^I3/,
  },
  {
    name: 'a log-out writes no tombstone',
    scenario: 'a refresh and a log-out, with a wipe and a crash',
    sabotage: () => ({ sessions: (real) => ({ ...real, bury: async () => undefined }) }),
    violates: /^I3: older took its step after/,
  },
  {
    name: 'the accounts are not read again after a restore',
    scenario: 'a refresh and a log-out, with a wipe and a crash',
    sabotage: readOnce,
    violates: /^I3: older took its step after/,
  },
  {
    name: 'a refresh does not ask the ended list',
    scenario: 'a commit and a log-out, with a rollback and a crash',
    sabotage: () => ({ accounts: withStanding(() => ({ sessionEnded: false })) }),
    violates: /^I3/,
  },
  {
    name: 'a refresh does not ask for the epoch',
    scenario: 'a refresh and a log-out everywhere, with a wipe and a crash',
    sabotage: () => ({ accounts: withStanding(() => ({ sessionEpoch: 0 })) }),
    violates: /^I3/,
  },
  {
    name: 'a replay is not listed',
    scenario: 'owner and thief, with a crash, a wipe and time that passes',
    sabotage: unlistedAfter('replayed'),
    violates: /^I[23]/,
  },
  {
    name: 'a tombstone that the list does not name is not listed',
    scenario: 'two replays, with a wipe and a crash',
    sabotage: unlistedAfter('ended'),
    violates: /^I3/,
  },
  {
    name: 'a missing session is not restored',
    scenario: 'an honest client with two tabs, with a crash, a wipe and a rollback',
    sabotage: () => ({
      sessions: (real) => ({
        ...real,
        refresh: (id, presented, policy) =>
          real.refresh(id, presented, { ...policy, restoreMissing: false }),
      }),
    }),
    violates: /^I1/,
  },
]
