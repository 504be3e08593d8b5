/**
 * `auth.users` and `auth.sessions`: what an application or an operator does to any account.
 *
 * Asks nobody for permission: whoever can call these is the administrator. Every call is safe to
 * repeat after a `temporarily_unavailable`.
 */

import type { FlowContext } from './flows/context.ts'
import type { AccountCreation } from './flows/create-account.ts'
import type { ExternalUser } from './flows/external-account.ts'
import type { Imported } from './flows/import-account.ts'
import type { AccountPage } from './flows/list-accounts.ts'
import type { AccountView, SessionView, User } from './wire.ts'

export interface AuthUsers {
  /**
   * Makes an account, with roles and scopes where they are given. Sends no tokens.
   *
   * Of several at once that want one name, one gets it.
   *
   * @throws AuthError `invalid_request`, `password_refused`, `username_taken`, `email_taken`.
   */
  create(input: AccountCreation): Promise<User>
  /**
   * Makes an account of a user of the application's own store, with its password hash.
   *
   * Safe to repeat: an account that has the external id is left as it is (`exists`), and one that
   * was deleted does not come back (`deleted`). The password is not judged; the hash is replaced at
   * the next log-in.
   *
   * @throws AuthError `invalid_request` also for a hash in no known format; `username_taken`,
   * `email_taken`.
   */
  import(user: ExternalUser): Promise<Imported>
  /** The account that this user of the application's own store has become. */
  findExternal(externalId: string): Promise<AccountView | undefined>
  /** The account with this id, also a disabled one. */
  get(id: string): Promise<AccountView | undefined>
  /** The account with this name, compared as at log-in; with an `@` it is an e-mail address. */
  find(usernameOrEmail: string): Promise<AccountView | undefined>
  /**
   * Accounts in the order of their ids, which is that of their making; go on with the last id as
   * `after` until a page is empty. Accounts made or deleted meanwhile repeat and hide no others.
   *
   * @throws TypeError for a `limit` that is not from 1 to 1000 (100 when left out).
   */
  list(page?: AccountPage): Promise<readonly AccountView[]>
  /**
   * Ends every session and refuses log-in. In this process all its tokens are dead when it returns,
   * in others when the feed has told them, which takes milliseconds.
   *
   * A second call changes nothing, and completes one that was cut short. A log-in that runs at the
   * same time gets no session.
   *
   * @throws AuthError `not_found`.
   */
  disable(id: string): Promise<AccountView>
  /** Lets the account log in again; its older tokens stay dead. @throws AuthError `not_found`. */
  enable(id: string): Promise<AccountView>
  /**
   * Lets the password of an account count again that too many wrong ones have locked, and forgets
   * every failure. Ends no session; no mistake where nothing was locked.
   *
   * @throws AuthError `not_found`.
   */
  unlock(id: string): Promise<AccountView>
  /**
   * Replaces the roles. Nobody is logged out: the guard gives older tokens the present roles, at
   * once in this process and within milliseconds in others. Of two calls at once the later holds.
   *
   * @throws AuthError `not_found`; `invalid_request` for more than 50 names or 1024 characters (as
   * JSON), or a name that is not 1 to 64 characters of a scope token (RFC 6749 §3.3, no comma).
   */
  setRoles(id: string, roles: readonly string[]): Promise<AccountView>
  /** Replaces the scopes, as `setRoles` the roles. */
  setScopes(id: string, scopes: readonly string[]): Promise<AccountView>
  /**
   * Sets the password without the present one, ends every session and unlocks the account. A log-in with the old
   * password that runs at the same time gets no session.
   *
   * @throws AuthError `not_found`, `password_refused`; `conflict` when it is changed again and again.
   */
  setPassword(id: string, password: string): Promise<AccountView>
  /** Ends all it has and removes it; its id is never used again. @throws AuthError `not_found`. */
  delete(id: string): Promise<void>
}

export interface AuthSessions {
  /** Live sessions, newest first; `current` is false. @throws AuthError `not_found`: no account. */
  list(accountId: string): Promise<readonly SessionView[]>
  /**
   * Ends a session; one that had ended is no error.
   *
   * @throws AuthError `not_found` for anything that is not a session of the account.
   */
  end(accountId: string, sessionId: string): Promise<void>
}

/** The flows load with the first call, as those of `auth.ts`. */
export function bindUsers(context: FlowContext): AuthUsers {
  return Object.freeze<AuthUsers>({
    async create(input) {
      const { createAccount } = await import('./flows/create-account.ts')
      const { userView } = await import('./flows/user-view.ts')
      return userView(await createAccount(context, input))
    },
    async import(user) {
      const { importAccount } = await import('./flows/import-account.ts')
      return importAccount(context, user)
    },
    async findExternal(externalId) {
      const { findExternalAccount } = await import('./flows/find-account.ts')
      return findExternalAccount(context, externalId)
    },
    async get(id) {
      const { getAccount } = await import('./flows/find-account.ts')
      return getAccount(context, id)
    },
    async find(usernameOrEmail) {
      const { findAccount } = await import('./flows/find-account.ts')
      return findAccount(context, usernameOrEmail)
    },
    async list(page) {
      const { listAccounts } = await import('./flows/list-accounts.ts')
      return listAccounts(context, page)
    },
    async disable(id) {
      const { disableAccount } = await import('./flows/disable-account.ts')
      return disableAccount(context, id)
    },
    async enable(id) {
      const { enableAccount } = await import('./flows/enable-account.ts')
      return enableAccount(context, id)
    },
    async unlock(id) {
      const { unlockAccount } = await import('./flows/unlock-account.ts')
      return unlockAccount(context, id)
    },
    async setRoles(id, roles) {
      const { setRights } = await import('./flows/set-rights.ts')
      return setRights(context, id, { roles })
    },
    async setScopes(id, scopes) {
      const { setRights } = await import('./flows/set-rights.ts')
      return setRights(context, id, { scopes })
    },
    async setPassword(id, password) {
      const { setPassword } = await import('./flows/set-password.ts')
      return setPassword(context, id, password)
    },
    async delete(id) {
      const { removeAccount } = await import('./flows/remove-account.ts')
      await removeAccount(context, id)
    },
  })
}

export function bindSessions(context: FlowContext): AuthSessions {
  return Object.freeze<AuthSessions>({
    async list(accountId) {
      const { listAccountSessions } = await import('./flows/sessions.ts')
      return listAccountSessions(context, accountId)
    },
    async end(accountId, sessionId) {
      const { endAccountSession } = await import('./flows/sessions.ts')
      await endAccountSession(context, accountId, sessionId)
    },
  })
}
