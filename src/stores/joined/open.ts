/**
 * Joins a database of accounts and a separate store of sessions into one `Stores`.
 *
 * What must survive the loss of the session store is written to the accounts first: the ended list
 * and the epoch (DESIGN.md, invariants I3 and I5).
 */

import type { AttemptStore, OneTimeTokenStore, Stores } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import { joinedFeed } from './feed.ts'
import { joinedSessions } from './sessions.ts'
import { announcingUsers } from './users.ts'

export interface SeparateStores {
  readonly sessions: SeparateSessionStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly attempts: AttemptStore
}

/** Closes both when it is closed. */
export function joinStores(accounts: Stores, separate: SeparateStores): Stores {
  const { sessions, oneTimeTokens, attempts } = separate
  return Object.freeze<Stores>({
    users: announcingUsers(accounts.users, sessions.announce),
    sessions: joinedSessions(sessions, accounts, joinedFeed(sessions, accounts)),
    keys: accounts.keys,
    oneTimeTokens,
    attempts,
    endedList: accounts.endedList,
    sessionsAreSeparate: true,
    accountFeed: accounts.sessions.revocations,
    ping: async () => void (await Promise.all([accounts.ping(), sessions.ping()])),
    close: async () => void (await Promise.all([accounts.close(), sessions.close()])),
  })
}
