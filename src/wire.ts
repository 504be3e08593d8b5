/**
 * What travels: endpoint paths, cookie names and the types of JSON bodies.
 *
 * Shared by the server side and by clients, so it imports nothing.
 */

/** Paths under the mount point (`/auth` by default). */
export const paths = {
  register: '/register',
  login: '/login',
  refreshToken: '/refresh-token',
  logout: '/logout',
  logoutAll: '/logout-all',
  profile: '/profile',
  password: '/password',
  sessions: '/sessions',
  check: '/check',
  jwks: '/.well-known/jwks.json',
  metadata: '/.well-known/oauth-authorization-server',
  openapi: '/openapi.json',
} as const

export type Transport = 'bearer' | 'cookie'

/** An account as its owner sees it. */
export interface User {
  readonly id: string
  /** What the application's own store called the account, where it came from there. */
  readonly externalId: string | null
  readonly username: string | null
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
  readonly roles: readonly string[]
  /** RFC 3339. */
  readonly createdAt: string
}

/** An account as an administrator sees it. */
export interface AccountView extends User {
  /** A disabled account cannot log in, and every token of it is dead. */
  readonly status: 'active' | 'disabled'
  readonly scopes: readonly string[]
}

/** A session as its owner sees it. `id` is the access token's `sid`. */
export interface SessionView {
  readonly id: string
  /** True for the session that asks. */
  readonly current: boolean
  /** RFC 3339. */
  readonly createdAt: string
  /** RFC 3339; within one access-token lifetime of the true time. */
  readonly lastUsedAt: string
  readonly userAgent: string | null
  readonly address: string | null
}

/** RFC 6749 §5.1 in camel case. `expiresIn` is in seconds. */
export interface TokenBody {
  readonly accessToken: string
  readonly refreshToken: string
  readonly tokenType: 'Bearer'
  readonly expiresIn: number
  /**
   * After a log-in, and a password change: to be kept, and sent with the next log-in, so that wrong
   * passwords of strangers do not delay it. It opens nothing.
   */
  readonly deviceToken?: string
}

/** RFC 9457. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
}
