/**
 * What the flows ask of a store. One interface a concern; a technology's folder implements them.
 *
 * Every method is atomic by itself and safe under any number of concurrent callers and processes.
 * A store that cannot answer throws `AuthError` `temporarily_unavailable` and has changed nothing
 * that a second try would not repair. Times are milliseconds since 1970 by the store's own clock.
 */

import type { SessionEndReason } from '../events.ts'
import type { RefreshDecision, RefreshPolicy, RestoringToken } from '../sessions/decide-refresh.ts'
import type { LiveSession, StoredSession } from '../sessions/session.ts'
import type { AttemptStore } from './attempt-store.ts'
import type { EndedListStore } from './ended-list.ts'
import type { OneTimeTokenStore } from './one-time-token-store.ts'
import type { Revocation } from './revocation.ts'
import type { StoreProblem } from './store-problem.ts'
import type { TransferStore } from './transfer-store.ts'
import type { UserStore } from './user-store.ts'

export type {
  AttemptChange,
  AttemptEntry,
  AttemptRule,
  AttemptStep,
  AttemptStore,
  Attempts,
  TakenAttempts,
} from './attempt-store.ts'
export type { EndedListStore, ListedEnding } from './ended-list.ts'
export type { OneTimeToken, OneTimeTokenStore } from './one-time-token-store.ts'
export type { Revocation } from './revocation.ts'
export type { StoreProblem } from './store-problem.ts'
export type {
  AccountImport,
  AccountRecord,
  SessionImport,
  TransferPage,
  TransferStore,
} from './transfer-store.ts'

export type {
  Account,
  AccountKey,
  AccountPatch,
  AccountRights,
  AccountStatus,
  NewAccount,
  RefreshAccount,
  RefreshStanding,
  StatusChange,
  UserStore,
} from './user-store.ts'

export interface RevocationPage {
  readonly entries: readonly Revocation[]
  /** Where to go on; opaque. */
  readonly cursor: string
  /** True where the cursor was of no use, and the page begins one access-token lifetime ago. */
  readonly restarted?: boolean
  /** Whoever wants to know all that was announced has to read on; the page itself may be empty. */
  readonly more?: boolean
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
  refresh(sessionId: string, presented: RestoringToken, policy: RefreshPolicy): Promise<RefreshStep>
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
  /** JWK without private members, for people; for HS256 an empty object. What verifies is sealed. */
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

/** All that a deployment keeps. */
export interface Stores {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly keys: KeyStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly attempts: AttemptStore
  readonly endedList: EndedListStore
  /** True where sessions live elsewhere than the accounts, so that a missing one means a loss. */
  readonly sessionsAreSeparate?: boolean
  /** The feed of the database of accounts, where `sessions.revocations` is another one. */
  readonly accountFeed?: SessionStore['revocations']
  /** Moves everything to another technology. @default the stores cannot be moved */
  readonly transfer?: TransferStore
  /** Answers when the stores can be reached; used by readiness. */
  ping(): Promise<void>
  /** Says more than `ping`: what is wrong, and what is risky. Never rejects. @default by `ping` */
  inspect?(): Promise<readonly StoreProblem[]>
  close(): Promise<void>
}
