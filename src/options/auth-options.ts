/**
 * Every option of `createAuth`, with unit and default.
 *
 * What is left out comes from the environment (`environment.ts`), then from `defaults`. Leaving an
 * option out is always the safer choice. `resolve-options.ts` checks them.
 */

import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import type { ClaimsHook } from '../flows/application-claims.ts'
import type { Stores } from '../stores/ports.ts'
import type { SigningAlgorithm } from '../tokens/signing-keys.ts'

/** Whether an account has this name: must have, may have, never has. */
export type NameRule = 'required' | 'optional' | 'off'

export interface AuthOptions {
  /**
   * The URL under which tokens are issued, without a trailing slash; its origin is the
   * application's own. @default `COUNTERSIGN_ISSUER`; in development `http://localhost`
   */
  readonly issuer?: string
  /** Who the access tokens are for. @default `COUNTERSIGN_AUDIENCE`, else the issuer */
  readonly audience?: string
  /**
   * The server secret, 32 bytes or more. Of several the first is used and all are accepted.
   * @default `COUNTERSIGN_SECRET`; in development made and kept in the data folder
   */
  readonly secret?: string | readonly string[]
  /** Folder of the SQLite file and the development secret. @default `COUNTERSIGN_DATA`, else `./data` */
  readonly dataFolder?: string
  /** `sqlite:PATH`. @default `DATABASE_URL`, else a file in the data folder */
  readonly database?: string
  /** Stores made by the caller, instead of `database`. They are closed by `auth.close()`. */
  readonly stores?: Stores
  /** Where the router is mounted; decides the path of the refresh cookie. @default '/auth' */
  readonly basePath?: string
  readonly accessToken?: {
    /** @default 'ES256' */
    readonly algorithm?: SigningAlgorithm
    /** From one minute to 24 hours. @default '15m' */
    readonly lifetime?: Duration
    /** Clock difference that is forgiven, at most '60s'. @default '5s' */
    readonly leeway?: Duration
  }
  readonly signingKeys?: {
    /** A new signing key is made this often; a day or more. @default '90d' */
    readonly rotationInterval?: Duration
  }
  readonly session?: {
    /** A session ends when it was not refreshed for this long. @default '7d' */
    readonly inactivityTimeout?: Duration
    /** A session ends this long after log-in. @default '30d' */
    readonly absoluteLifetime?: Duration
    /** Sessions an account may have; the oldest ends. @default 20 */
    readonly limit?: number | 'off'
    /** Repeated refreshes with one token, a minute and session. @default 30 */
    readonly refreshLimit?: number | 'off'
    /** `strict` logs out honest clients whose answers get lost. @default 'fork-and-commit' */
    readonly rotation?: 'fork-and-commit' | 'strict'
  }
  readonly account?: {
    /** @default 'optional'; an account always has one of the two names */
    readonly username?: NameRule
    /** @default 'optional' */
    readonly email?: NameRule
  }
  /** Answer a registration with tokens, as a log-in. @default false */
  readonly loginOnRegister?: boolean
  readonly passwords?: {
    /** Code points, 8 or more. @default 8 */
    readonly minLength?: number
    /** Argon2id memory in KiB, 19456 or more. @default 19456 */
    readonly memoryKiB?: number
    /** Argon2id passes, 2 or more. @default 2 */
    readonly iterations?: number
    /** Hashes computed at the same time. @default cores - 1, at least 1 */
    readonly concurrency?: number
  }
  readonly cookies?: {
    /**
     * For applications that render pages on the server: `requireAuth` renews an expired or vanished
     * access cookie from the refresh cookie within the same request. The refresh cookie is then
     * sent to every path (`__Host-refresh_token`, Path=/, SameSite=Lax). Not with
     * `session.rotation: 'strict'`. @default false
     */
    readonly renewInGuard?: boolean
  }
  /** Other origins whose pages may use this server, such as 'https://app.example'. @default [] */
  readonly origins?: readonly string[]
  /**
   * The application's own claims, asked for every access token; they never replace standard ones.
   * At most one second and 2 KB of JSON; past it, or when it throws, the request is answered 503
   * `temporarily_unavailable`, nothing is used up, and a process warning says why. @default none
   */
  readonly claims?: ClaimsHook
  readonly revocation?: {
    /** Age of the feed beyond which `whenStale` applies. @default '5s' */
    readonly maxStaleness?: Duration
    /** @default 'check-store' */
    readonly whenStale?: 'check-store' | 'reject' | 'accept'
  }
  /** For tests: returns milliseconds since 1970. @default the system's clock */
  readonly clock?: Clock
}

export const defaults = Object.freeze({
  developmentIssuer: 'http://localhost',
  dataFolder: './data',
  basePath: '/auth',
  algorithm: 'ES256',
  accessLifetime: '15m',
  leeway: '5s',
  rotationInterval: '90d',
  inactivityTimeout: '7d',
  absoluteLifetime: '30d',
  sessionLimit: 20,
  refreshLimit: 30,
  passwordMinLength: 8,
  passwordMemoryKiB: 19_456,
  passwordIterations: 2,
  maxStaleness: '5s',
} as const)
