/**
 * Joins a database of accounts and a separate store of sessions into one `Stores`.
 *
 * What must survive the loss of the session store is written to the accounts first: the ended list
 * and the epoch (DESIGN.md, invariants I3 and I5).
 */

import { checkStoreOptions, needed, store } from '../checked-options.ts'
import type { AttemptStore, OneTimeTokenStore, Stores } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import { inspectStore, type StoreProblem } from '../store-problem.ts'
import { joinedFeed } from './feed.ts'
import { createMending } from './mending.ts'
import { joinedSessions } from './sessions.ts'
import { joinedTransfer } from './transfer.ts'
import { announcingUsers } from './users.ts'

export interface SeparateStores {
  readonly sessions: SeparateSessionStore
  /**
   * Must never forget that a token was used, as a failover or a wipe would.
   * @default those of the accounts
   */
  readonly oneTimeTokens?: OneTimeTokenStore
  /** @default those of the accounts */
  readonly attempts?: AttemptStore
}

const sessionsUnreachable: StoreProblem = {
  code: 'sessions_unreachable',
  message: 'The store of sessions does not answer: log-in, refresh and log-out are answered 503.',
  severity: 'error',
}

/**
 * Sessions, and where they are given counters, in `separate`; all else in `accounts`.
 *
 * Closes both when it is closed.
 *
 * @throws TypeError for what are no stores, such as a promise that was not awaited.
 */
export function joinStores(accounts: Stores, separate: SeparateStores): Stores {
  const needs = {
    users: needed(store),
    keys: needed(store),
    oneTimeTokens: needed(store),
    attempts: needed(store),
  }
  checkStoreOptions('joinStores: the stores of accounts', accounts, {
    ...needs,
    endedList: needed(store),
  })
  checkStoreOptions('joinStores: the separate stores', separate, { sessions: needed(store) })
  const {
    sessions,
    oneTimeTokens = accounts.oneTimeTokens,
    attempts = accounts.attempts,
  } = separate
  const mending = createMending()
  const transfer = joinedTransfer(accounts, sessions)
  return Object.freeze<Stores>({
    users: announcingUsers(accounts.users, sessions.announce, mending),
    sessions: joinedSessions(sessions, accounts, joinedFeed(sessions, accounts, mending), mending),
    keys: accounts.keys,
    oneTimeTokens,
    attempts,
    endedList: accounts.endedList,
    ...(transfer && { transfer }),
    sessionsAreSeparate: true,
    accountFeed: accounts.sessions.revocations,
    ping: async () => void (await Promise.all([accounts.ping(), sessions.ping()])),
    async inspect() {
      const inspected = [inspectStore(accounts), inspectStore(sessions, sessionsUnreachable)]
      return (await Promise.all(inspected)).flat()
    },
    close: async () => void (await Promise.all([accounts.close(), sessions.close()])),
  })
}
