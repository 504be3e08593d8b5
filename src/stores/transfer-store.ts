/**
 * What moving everything to another technology asks of a store: reading whole records in parts, and
 * writing them as they were. Part of the ports in `ports.ts`.
 *
 * Every write may be repeated, and none replaces a newer record (`decide-import.ts`). Live sessions are
 * read by `SessionStore.list`, keys and one-time tokens are written by their own ports.
 */

import type { LiveSession } from '../sessions/session.ts'
import type { ListedEnding } from './ended-list.ts'
import type { OneTimeToken } from './one-time-token-store.ts'
import type { Revocation } from './revocation.ts'
import type { Account } from './user-store.ts'

/** An account with the forms of its names that are compared: all that is kept of it. */
export interface AccountRecord extends Account {
  readonly usernameKey: string | null
  readonly emailKey: string | null
}

/**
 * `kept`: what is there is the same or newer. `taken`: a name or the external id belongs to another
 * account, or to one that was deleted; nothing was changed.
 */
export type AccountImport = 'written' | 'kept' | 'taken'

/** At most `limit` records in the order of their ids, those after `after`. */
export interface TransferPage {
  readonly after?: string | undefined
  readonly limit: number
}

export interface SessionImport {
  /** Writes each live session that is missing, or further on than the one there. @returns how many. */
  importSessions(sessions: readonly LiveSession[]): Promise<number>
  /** Appends to the feed, in this order; what was announced before may be announced again. */
  announce(entries: readonly Revocation[]): Promise<void>
}

export interface TransferStore extends SessionImport {
  countAccounts(): Promise<number>
  exportAccounts(page: TransferPage): Promise<readonly AccountRecord[]>
  /**
   * Writes accounts with their epoch, status and times. Durable when it returns.
   *
   * @param options.takeNames an account that has a name of these, loses it to them. For a target
   * whose accounts are all replaced, where names may have changed hands.
   * @returns what became of each, in the order given.
   */
  importAccounts(
    records: readonly AccountRecord[],
    options: { readonly takeNames: boolean },
  ): Promise<readonly AccountImport[]>
  /** External ids of accounts that were deleted; the id of the page is the external id. */
  exportRetired(page: TransferPage): Promise<readonly string[]>
  /** Makes external ids such that no account can have them again; one that is in use stays. Durable. */
  importRetired(externalIds: readonly string[]): Promise<void>
  /** Id of the session that was born last; undefined where there is none, or where it is not known. */
  newestSessionId(): Promise<string | undefined>
  /** Sessions that have ended and are on the ended list or still known as such, by session id. */
  exportEndings(page: TransferPage): Promise<readonly ListedEnding[]>
  /** Puts sessions on the ended list without announcing them. Durable. */
  importEndings(endings: readonly ListedEnding[]): Promise<void>
  /** All one-time tokens, also expired ones; they live for an hour or a day, so they are few. */
  exportTokens(): Promise<readonly OneTimeToken[]>
}
