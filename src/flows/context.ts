/**
 * What every flow receives: stores, tokens, clock, policy and the way events leave.
 *
 * Built once by `auth.ts` and frozen. A flow is a function of `(context, input)` and holds no state.
 */

import type { Clock } from '../clock.ts'
import type { PasswordHashing } from '../crypto/password-hashing.ts'
import type { Emit } from '../events.ts'
import type { RefreshPolicy } from '../sessions/decide-refresh.ts'
import type { SessionDevice } from '../sessions/session.ts'
import type { SessionStore, UserStore } from '../stores/ports.ts'
import type { AccessSubject } from '../tokens/access-token.ts'
import type { DeviceTokens } from '../tokens/device-token.ts'
import type { RefreshTokens } from '../tokens/refresh-token.ts'
import type { SessionIds } from '../tokens/session-ids.ts'
import type { AccountChanges } from '../verifier/account-changes.ts'
import type { RevocationSet } from '../verifier/revocation-set.ts'
import type { ApplicationClaims } from './application-claims.ts'
import type { BreachedPasswords } from './breached-passwords.ts'
import type { LegacyUsers } from './legacy-users.ts'
import type { LoginThrottle } from './login-throttle.ts'
import type { RefreshLimit } from './refresh-limit.ts'
import type { RegisterLimit } from './register-limit.ts'

export interface AccountPolicy {
  readonly username: 'required' | 'optional' | 'off'
  readonly email: 'required' | 'optional' | 'off'
  /** Usernames that nobody gives themselves. */
  readonly reservedNames: readonly string[]
  readonly loginOnRegister: boolean
  readonly passwordMinLength: number
  /** What no password may be made of, beside its owner's names. */
  readonly passwordContextWords: readonly string[]
  readonly sessionLimit: number
}

export interface FlowContext {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly passwords: PasswordHashing
  /** Undefined: no breach check. */
  readonly isBreachedPassword: BreachedPasswords | undefined
  readonly refreshTokens: RefreshTokens
  readonly sessionIds: SessionIds
  readonly deviceTokens: DeviceTokens
  /** Signs an access token issued at the given time (milliseconds, store's clock). */
  readonly signAccessToken: (subject: AccessSubject, now: number) => Promise<string>
  /** What this process's guard refuses at once; other processes learn it from the feed. */
  readonly revocations: RevocationSet
  /** Likewise, of whom it reads the present rights. */
  readonly accountChanges: AccountChanges
  readonly applicationClaims: ApplicationClaims
  /** Undefined without the option. */
  readonly legacyUsers: LegacyUsers | undefined
  readonly refreshLimit: RefreshLimit
  readonly loginThrottle: LoginThrottle
  readonly registerLimit: RegisterLimit
  readonly refreshPolicy: RefreshPolicy
  readonly policy: AccountPolicy
  readonly now: Clock
  readonly emit: Emit
}

/** A pair of tokens, and for how many seconds each is good. */
export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
  readonly refreshExpiresIn: number
}

/** Who asks, as the HTTP side knows it. */
export interface Caller {
  readonly accountId: string
  readonly sessionId: string
}

export const unknownDevice: SessionDevice = Object.freeze({ userAgent: null, address: null })
