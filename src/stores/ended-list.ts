/**
 * The ended list: which sessions have ended, kept where the accounts are, so that it outlives the
 * sessions' own store. Part of the ports in `ports.ts`; used where sessions live elsewhere.
 */

import type { SessionEndReason } from '../events.ts'

export interface ListedEnding {
  readonly sessionId: string
  readonly accountId: string
  readonly reason: SessionEndReason
}

/** `UserStore.refreshAccount` answers whether a session is on the list. */
export interface EndedListStore {
  /**
   * Lists a session as ended and announces `session_ended` in the same step; of several at once, one
   * does both. Durable when it returns.
   * @returns whether this call listed it.
   */
  add(ending: ListedEnding): Promise<boolean>
  /** Removes the endings whose tokens have all expired. */
  prune(): Promise<void>
}
