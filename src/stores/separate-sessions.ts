/**
 * What a store of sessions without accounts does, such as Redis. Part of the ports in `ports.ts`.
 *
 * It may lose its last writes or all of them: what must not be forgotten is on the ended list and in
 * the account's epoch. `joined/` makes a `SessionStore` of it and a database of accounts.
 */

import type { ListedEnding } from './ended-list.ts'
import type { NewSession, Revocation, SessionStore } from './ports.ts'
import type { StoreProblem } from './store-problem.ts'
import type { SessionImport } from './transfer-store.ts'

export interface SeparateSessionStore
  extends Pick<SessionStore, 'now' | 'find' | 'list' | 'refresh' | 'revocations'> {
  /**
   * Adds a session. @returns the ids of the oldest live ones above `limit`, which stay as they are
   * until `bury` is called.
   */
  create(session: NewSession, limit: number): Promise<readonly string[]>
  /**
   * Writes a tombstone in place of the session, also of one that is missing, and takes it out of its
   * account's list. Announces nothing. Repeating it changes nothing.
   */
  bury(ending: ListedEnding): Promise<void>
  /**
   * Writes tombstones in place of the live sessions of an account that are older than `epoch`.
   * Announces nothing; one that is missing from the account's list is caught by its epoch.
   */
  buryAll(accountId: string, epoch: number, reason: ListedEnding['reason']): Promise<void>
  /** Appends to the feed, in this order. */
  announce(entries: readonly Revocation[]): Promise<void>
  /** @default sessions cannot be moved to this store */
  importSessions?: SessionImport['importSessions']
  /** Answers when the store can be reached. */
  ping(): Promise<void>
  /** Says more than `ping`: what is wrong, and what is risky. Never rejects. @default by `ping` */
  inspect?(): Promise<readonly StoreProblem[]>
  close(): Promise<void>
}
