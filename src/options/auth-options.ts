/**
 * Every option of `createAuth`, with unit and default.
 *
 * What is left out comes from the environment (`environment.ts`), then from `defaults`. Leaving an
 * option out is always the safer choice. `resolve-options.ts` checks them: one that there is not, or
 * whose value is of another kind than its type says (`null` too), is a mistake.
 */

import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import type { ClaimsHook } from '../flows/application-claims.ts'
import type { LegacyUsersHook } from '../flows/legacy-users.ts'
import type { GivenDatabase } from '../stores/mongodb/client.ts'
import type { Stores } from '../stores/ports.ts'
import type { PostgresPool } from '../stores/postgres/pool.ts'
import type { SigningAlgorithm } from '../tokens/signing-keys.ts'
import type { AcceptLegacyOption } from './legacy-options.ts'
import type { PasswordOptions } from './password-options.ts'
import type { RedisClient, RedisOptions } from './redis-options.ts'

/** Whether an account has this name: must have, may have, never has. */
export type NameRule = 'required' | 'optional' | 'off'

/** Limits on guessing (docs/production.md). A limit that is left out has its default. */
export interface LimitOptions {
  /** Failed log-ins. `'off'` lifts all of them. */
  readonly login?:
    | 'off'
    | {
        /**
         * From this failure in a row on, the next try of the name has to wait 1, 2, 4 … seconds; 1
         * to 100. @default `COUNTERSIGN_LOGIN_LIMIT`, else 5
         */
        readonly failures?: number
        /** The longest such wait, one second to a day. @default '15m' */
        readonly longestPause?: Duration
        /**
         * After so many failures in a row no password of the account is right until recovery; 10 to
         * 100. @default 100
         */
        readonly lockAfter?: number | 'off'
        /** Failures of one network in a window that begins with the first. */
        readonly network?:
          | 'off'
          | {
              /** @default 50 */
              readonly failures?: number
              /** One second to a day. @default '10m' */
              readonly window?: Duration
            }
      }
  /** Registrations, successful or not, in a window that begins with the first. */
  readonly register?:
    | 'off'
    | {
        /** Of one username or e-mail address. @default 5 */
        readonly name?: number | 'off'
        /** From one network. @default `COUNTERSIGN_REGISTER_LIMIT`, else 20 */
        readonly network?: number | 'off'
        /** One second to a day. @default '1h' */
        readonly window?: Duration
      }
  /** Bits of an IPv6 address that make a network, 32 to 128, such as 56. @default 64 */
  readonly ipv6Prefix?: number
}

export interface AuthOptions {
  /**
   * The URL under which tokens are issued, without a trailing slash, 512 characters or fewer; its
   * origin is the application's own. @default `COUNTERSIGN_ISSUER`; in development `http://localhost`
   */
  readonly issuer?: string
  /** Who the access tokens are for, 1 to 512 characters. @default `COUNTERSIGN_AUDIENCE`, else the issuer */
  readonly audience?: string
  /**
   * The server secret, 32 bytes or more. Of several the first is used and all are accepted.
   * @default `COUNTERSIGN_SECRET`; in development made and kept in the data folder
   */
  readonly secret?: string | readonly string[]
  /** Folder of the SQLite file and the development secret. @default `COUNTERSIGN_DATA`, else `./data` */
  readonly dataFolder?: string
  /**
   * Where the accounts are: `sqlite:PATH`, `postgres://USER:PASSWORD@HOST/DATABASE`,
   * `mongodb://USER:PASSWORD@HOST/DATABASE` (or `mongodb+srv://`), or what the application already has,
   * which `auth.close()` leaves open: a `pg.Pool` (docs/postgresql.md), a `Db` of the package `mongodb`
   * or a connection of Mongoose (docs/mongodb.md).
   * @default `DATABASE_URL`, else a file in the data folder
   */
  readonly database?: string | PostgresPool | GivenDatabase
  /**
   * PostgreSQL's schema for the tables: 1 to 40 of a-z, 0-9 and _.
   * @default the URL's parameter `schema`, else 'countersign'
   */
  readonly databaseSchema?: string
  /**
   * Where sessions and counters live, beside the accounts in `database`: a URL such as
   * 'redis://127.0.0.1:6379', the client that the application already has, or both in full. `'off'`
   * for an application whose `REDIS_URL` is meant for something else (docs/deploy.md).
   * @default `REDIS_URL`, else sessions are in the database
   */
  readonly redis?: 'off' | string | RedisClient | RedisOptions
  /**
   * Refuse to start while a store does not answer. Otherwise what needs it is 503 until it comes.
   * @default `COUNTERSIGN_REQUIRE_STORE_AT_START`, else false
   */
  readonly requireStoreAtStart?: boolean
  /** Stores made by the caller, instead of `database` and `redis`. `auth.close()` closes them. */
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
    /**
     * Usernames that nobody may register or change to, in any case, nor what looks like them; an
     * administrator may give them. A list replaces the default; to add to it, spread it.
     * @default `defaultReservedNames`: admin, root, support, postmaster and the like
     */
    readonly reservedNames?: readonly string[]
  }
  /** Answer a registration with tokens, as a log-in. @default false */
  readonly loginOnRegister?: boolean
  /** Which passwords are taken, and how they are hashed. */
  readonly passwords?: PasswordOptions
  /**
   * What people call this service, 1 to 64 characters; no password may be made of it.
   * @default 'countersign'
   */
  readonly serviceName?: string
  readonly limits?: LimitOptions
  /**
   * Proxies in front whose word for the client's address is taken: addresses, networks such as
   * '10.0.0.0/8', and the names loopback, linklocal and uniquelocal (private networks).
   * @default `COUNTERSIGN_TRUSTED_PROXIES`, else []
   */
  readonly trustedProxies?: readonly string[]
  /** The one header in which they say it (RFC 7239 is `forwarded`). @default 'x-forwarded-for' */
  readonly forwardedHeader?: 'x-forwarded-for' | 'forwarded'
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
  /**
   * The application's own store of users, for those who are no accounts yet: at log-in their old
   * password hash is verified and the account made; at registration their names stay taken. Asked at
   * every log-in, at most two seconds long. @default none
   */
  readonly legacyUsers?: LegacyUsersHook
  /**
   * Lets access tokens that the application signed itself (HMAC) pass its guard until a date. Not
   * the routes of this library: those need a session. @default none
   */
  readonly acceptLegacy?: AcceptLegacyOption
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
  maxStaleness: '5s',
  limits: Object.freeze({
    failures: 5,
    longestPause: '15m',
    lockAfter: 100,
    networkFailures: 50,
    networkWindow: '10m',
    registerName: 5,
    registerNetwork: 20,
    registerWindow: '1h',
    ipv6Prefix: 64,
  } as const),
} as const)
