/**
 * What the flows ask of a store. One interface a concern; a technology's folder implements them.
 *
 * Every method is atomic by itself and safe under any number of concurrent callers and processes.
 * A store that cannot answer throws `AuthError` `temporarily_unavailable` and has changed nothing
 * that a second try would not repair. Times are milliseconds since 1970 by the store's own clock.
 */

import type { SessionEndReason } from '../events.ts'
import type { PresentedToken, RefreshDecision, RefreshPolicy } from '../sessions/decide-refresh.ts'
import type { LiveSession, StoredSession } from '../sessions/session.ts'
import type { AttemptStore } from './attempt-store.ts'

export type { AttemptRule, AttemptStep, AttemptStore, Attempts } from './attempt-store.ts'

export type AccountStatus = 'active' | 'disabled'

export interface Account {
  /** UUIDv7, never used again for another account. */
  readonly id: string
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
  /** Adds an account unless one of its names is taken. Durable when it returns. */
  create(account: NewAccount): Promise<Account | 'username_taken' | 'email_taken'>
  findById(id: string): Promise<Account | undefined>
  findByKey(key: AccountKey): Promise<Account | undefined>
  /** Status, epoch and rights; undefined when the account is gone. */
  refreshAccount(id: string): Promise<RefreshAccount | undefined>
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
   * all that it had. Durable; an absent account is no error.
   */
  delete(id: string): Promise<void>
}

/** An entry of the revocation feed. */
export type Revocation =
  | { readonly kind: 'session_ended'; readonly sessionId: string }
  /** Every access token of the account with a lower epoch is dead. */
  | { readonly kind: 'account_ended'; readonly accountId: string; readonly epoch: number }
  /** Status or rights are new at `changedAt`; what a token issued until then says may be old. */
  | { readonly kind: 'account_changed'; readonly accountId: string; readonly changedAt: number }

export interface RevocationPage {
  readonly entries: readonly Revocation[]
  /** Where to go on; opaque. */
  readonly cursor: string
}

export interface RefreshStep {
  readonly decision: RefreshDecision
  /** The session before the step, when there was one. */
  readonly session: StoredSession | undefined
  /** The store's clock at the step. */
  readonly now: number
}

export type NewSession = Omit<LiveSession, 'status'>

export interface SessionStore {
  /** The store's clock, by which refresh tokens are issued and judged. */
  now(): Promise<number>
  /**
   * Adds a session. When the account then has more than `limit` live ones, the oldest end with
   * reason `session_limit` in the same step. @returns the ids that ended.
   */
  create(session: NewSession, limit: number): Promise<readonly string[]>
  /**
   * Applies `decideRefresh` to the stored session in one atomic step and ends the session in that
   * step where the decision says so. The write need not be durable: a lost one heals itself.
   */
  refresh(sessionId: string, presented: PresentedToken, policy: RefreshPolicy): Promise<RefreshStep>
  find(sessionId: string): Promise<StoredSession | undefined>
  /** Live sessions of an account with at least this epoch, newest first. */
  list(accountId: string, minimumEpoch: number): Promise<readonly LiveSession[]>
  /**
   * Ends a session if it is live. Durable when it returns.
   * @returns whether this call ended it; false also for one that is missing or had ended.
   */
  end(sessionId: string, accountId: string, reason: SessionEndReason): Promise<boolean>
  /**
   * Ends the live sessions of an account that are older than `epoch` and announces
   * `account_ended(epoch)`. Durable. A log-in that ran meanwhile has the new epoch, and stays.
   */
  endAll(accountId: string, epoch: number, reason: SessionEndReason): Promise<void>
  /**
   * Reads the feed after `cursor`; without one, all that was announced in the last access-token
   * lifetime. Waits up to `waitMilliseconds` for something to come.
   */
  revocations(
    cursor: string | undefined,
    options: { readonly waitMilliseconds: number; readonly signal: AbortSignal },
  ): Promise<RevocationPage>
  /** Removes what can no longer matter: records whose tokens have all expired. */
  prune(): Promise<void>
}

/** A signing key; the private part is sealed (AES-256-GCM) under the server secret. */
export interface StoredKey {
  /** 1, 2, 3 …: two processes that add the same one disagree in nothing, since one is refused. */
  readonly sequence: number
  readonly kid: string
  readonly algorithm: string
  /** JWK without private members; for HS256 an empty object. */
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly sealedPrivateJwk: string
  readonly createdAt: number
  /** From when on it signs; until then it is only published. */
  readonly activeAt: number
}

export interface KeyStore {
  listKeys(): Promise<readonly StoredKey[]>
  /** Adds a key unless one with its sequence exists. Durable. */
  addKey(key: StoredKey): Promise<'added' | 'exists'>
  /** Replaces the sealed private part, when the server secret changed. */
  resealKey(kid: string, sealedPrivateJwk: string): Promise<void>
  /** Removes a key. One that is gone already is no mistake. Durable. */
  removeKey(kid: string): Promise<void>
}

/** A token that works once, such as the one in a mail; only its hash is kept. */
export interface OneTimeToken {
  /** 32 bytes. */
  readonly tokenHash: Uint8Array
  /** What it is good for, such as `password_reset`. */
  readonly purpose: string
  readonly accountId: string
  /** What the flow needs when the token comes back. */
  readonly data: string | null
  /** From this moment on it is good for nothing. */
  readonly expiresAt: number
}

export interface OneTimeTokenStore {
  /**
   * Adds a token and removes every earlier one of its account and purpose in the same step. Durable
   * when it returns.
   */
  put(token: OneTimeToken): Promise<void>
  /**
   * Removes a token and answers it, once, however many ask at once. Durable when it returns.
   * @returns undefined for one that is unknown, of another purpose, or expired; one of another
   * purpose stays.
   */
  consume(
    tokenHash: Uint8Array,
    purpose: string,
  ): Promise<Pick<OneTimeToken, 'accountId' | 'data'> | undefined>
  /** Removes the tokens of an account, or those of one purpose. Durable when it returns. */
  removeAll(accountId: string, purpose?: string): Promise<void>
  /** Removes what has expired. */
  prune(): Promise<void>
}

/** All that a deployment keeps. */
export interface Stores {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly keys: KeyStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly attempts: AttemptStore
  /** Answers when the stores can be reached; used by readiness. */
  ping(): Promise<void>
  close(): Promise<void>
}
