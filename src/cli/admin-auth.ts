/**
 * What the command line asks of an `Auth`, described structurally.
 *
 * A test passes a fake; in production it is `createAuth()` (`open-auth.ts`). Every method throws
 * `AuthError`: `not_found`, `username_taken`, `email_taken`, `password_refused`, `invalid_request`
 * with `details.fields`, `temporarily_unavailable`.
 */

import type { SessionView } from '../wire.ts'

/** An account as an administrator sees it. */
export interface AccountView {
  readonly id: string
  readonly username: string | null
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly status: 'active' | 'disabled'
  /** RFC 3339. */
  readonly createdAt: string
}

export interface NewAccount {
  readonly username?: string
  readonly email?: string
  readonly name?: string
  readonly password: string
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
}

export interface KeyView {
  readonly kid: string
  readonly algorithm: string
  /** RFC 3339. */
  readonly createdAt: string
  /** From when on it signs. RFC 3339. */
  readonly activeAt: string
  readonly state: string
}

export interface AdminAuth {
  readonly users: {
    create(input: NewAccount): Promise<{ readonly id: string }>
    get(id: string): Promise<AccountView | undefined>
    find(usernameOrEmail: string): Promise<AccountView | undefined>
    /** One page, in a fixed order, of the accounts behind the one with the id `after`. */
    list(page: {
      readonly after?: string
      readonly limit?: number
    }): Promise<readonly AccountView[]>
    disable(id: string): Promise<AccountView>
    enable(id: string): Promise<AccountView>
    setRoles(id: string, roles: readonly string[]): Promise<AccountView>
    setScopes(id: string, scopes: readonly string[]): Promise<AccountView>
    setPassword(id: string, password: string): Promise<AccountView>
    delete(id: string): Promise<void>
  }
  readonly sessions: {
    list(accountId: string): Promise<readonly SessionView[]>
    end(accountId: string, sessionId: string): Promise<void>
  }
  readonly keys: {
    list(): Promise<readonly KeyView[]>
    rotate(options?: {
      readonly now?: boolean
    }): Promise<{ readonly kid: string; readonly activeAt: string }>
  }
  close(): Promise<void>
}
