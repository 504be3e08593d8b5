/**
 * Accounts: the record, what may be changed of it, and what the flows ask of its store.
 *
 * A part of the ports; `ports.ts` has what holds for every method.
 */

export type AccountStatus = 'active' | 'disabled'

export interface Account {
  /** UUIDv7, never used again for another account. */
  readonly id: string
  /** What the application's own store calls the account, where it came from there. */
  readonly externalId: string | null
  /** As the owner wrote it. */
  readonly username: string | null
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
  /** PHC string. */
  readonly passwordHash: string
  readonly status: AccountStatus
  /** Raised to end every older token of the account. */
  readonly sessionEpoch: number
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

export interface NewAccount {
  readonly id: string
  /** Unique among accounts, also among those that were deleted. */
  readonly externalId: string | null
  readonly username: string | null
  /** The form that is compared, unique among accounts. */
  readonly usernameKey: string | null
  readonly email: string | null
  readonly emailKey: string | null
  readonly name: string | null
  readonly passwordHash: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
}

/** What a refresh asks of the account database, in one read. */
export interface RefreshAccount {
  readonly status: AccountStatus
  readonly sessionEpoch: number
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
}

export interface RefreshStanding extends RefreshAccount {
  /** Whether the session that was asked about is on the ended list. */
  readonly sessionEnded: boolean
}

export interface AccountPatch {
  readonly username?: { readonly shown: string; readonly key: string }
  readonly name?: string | null
}

/** What an account may do; a list that is left out stays as it is. */
export interface AccountRights {
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
}

export interface StatusChange {
  /** The account after the call. */
  readonly account: Account
  /** Its status before the call. */
  readonly previous: AccountStatus
}

export type AccountKey = { readonly usernameKey: string } | { readonly emailKey: string }

export interface UserStore {
  /**
   * Adds an account unless one of its names is taken, or its external id is or ever was; the
   * external id is told before the names. Durable when it returns.
   */
  create(
    account: NewAccount,
  ): Promise<Account | 'external_id_taken' | 'username_taken' | 'email_taken'>
  findById(id: string): Promise<Account | undefined>
  findByKey(key: AccountKey): Promise<Account | undefined>
  /** `deleted` when an account had this external id and is gone: then it never comes back. */
  findExternal(externalId: string): Promise<Account | 'deleted' | undefined>
  /**
   * Status, epoch and rights, and whether the session is on the ended list; undefined when the
   * account is gone. One round trip.
   */
  refreshAccount(id: string, sessionId?: string): Promise<RefreshStanding | undefined>
  update(id: string, patch: AccountPatch): Promise<Account | 'username_taken' | 'not_found'>
  /** Replaces a hash by one of the same password; a no-op if it changed meanwhile. */
  rehashPassword(id: string, from: string, to: string): Promise<void>
  /**
   * Replaces the hash only while it still is `expected`, and raises the session epoch in the same
   * step; that is announced as `account_ended`, in that step where the feed is in the same
   * database. Durable when it returns. @returns the new epoch.
   */
  changePassword(id: string, expected: string, next: string): Promise<number | 'conflict'>
  /**
   * Disables or enables the account. Disabling raises the session epoch in the same step; enabling
   * leaves it. A change is announced as `account_changed` in that step; an account that has the
   * status already is left as it is. Durable when it returns.
   */
  setStatus(id: string, status: AccountStatus): Promise<StatusChange | 'not_found'>
  /**
   * Replaces the lists that are given, and announces `account_changed` in the same step. Durable
   * when it returns; `updatedAt` then is the time of the change.
   */
  setRights(id: string, rights: AccountRights): Promise<Account | 'not_found'>
  /** At most `limit` accounts in the order of their ids, those after `after`. */
  list(page: { readonly after?: string; readonly limit: number }): Promise<readonly Account[]>
  /**
   * Raises the session epoch, which ends every older token, and announces `account_ended` as
   * `changePassword` does. Durable. @returns the new epoch.
   */
  raiseEpoch(id: string): Promise<number | 'not_found'>
  /**
   * Removes the account and announces `account_ended` as `changePassword` does, with an epoch above
   * all that it had. Of its data nothing stays but its external id. Durable; an absent account is
   * no error.
   */
  delete(id: string): Promise<void>
}
