/**
 * Every option of `createVerifier`, with unit and default, and their checks. Reads no environment.
 */

import { type Clock, systemClock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import { createChecks } from '../options/checks.ts'
import { holdsCredentials, isIssuer, isLoopback } from '../options/issuer-url.ts'
import { fitShapes, type Kind, kinds, type ShapesOf } from '../shapes/option-shapes.ts'
import { shown } from '../shapes/shown.ts'
import type { SessionStore } from '../stores/ports.ts'
import type { Fetch } from './fetch-keys.ts'

/** Where the revocation feed comes from, and what to do while it does not. */
export interface VerifierRevocations {
  /**
   * The Redis of the server: a URL (`redis://`, `rediss://`, `redis+sentinel://`,
   * `redis+cluster://`), or a connected client of the package `redis` or `ioredis`, which is not
   * closed. Needs Node.js, Bun or Deno, and for a URL the package `redis`.
   */
  readonly redis?: string | import('../stores/redis/client.ts').RedisClient
  /** Begins the names of the server's keys in Redis. @default 'countersign:' */
  readonly prefix?: string
  /**
   * A feed of your own instead, in any runtime. Called in a loop; waits for news for as long as it
   * is asked to, and returns all entries of the last access-token lifetime without a cursor.
   */
  readonly feed?: SessionStore['revocations']
  /** Age of the feed beyond which `whenStale` applies; from one second. @default '5s' */
  readonly maxStaleness?: Duration
  /**
   * `reject`: 503, also until the feed was first read. `accept`: tokens are good until they expire.
   * @default 'reject'
   */
  readonly whenStale?: 'reject' | 'accept'
}

export interface ServiceVerifierOptions {
  /** The server's issuer, exactly as it is configured there. https, or http on this machine. */
  readonly issuer: string
  /** Who the tokens must be for: this service. @default the issuer */
  readonly audience?: string
  /**
   * Where the issuer's keys are.
   * @default what its metadata say (RFC 8414), at the issuer's root or under `/auth`
   */
  readonly jwksUri?: string
  /** How sessions that ended are known. @default none: tokens are good until they expire */
  readonly revocations?: VerifierRevocations
  /** Clock difference that is forgiven, at most '60s'. @default '5s' */
  readonly leeway?: Duration
  /**
   * The longest lifetime of the issuer's access tokens; older ones are refused. Endings are
   * remembered for as long, so the issuer's own lifetime needs less memory. @default '24h'
   */
  readonly accessTokenLifetime?: Duration
  /**
   * While the issuer cannot be reached, its keys are used for this long; from '1h' to '30d'. Then
   * everything is 503. @default '24h'
   */
  readonly maxKeyAge?: Duration
  /**
   * Allows keys to be fetched over plain http, for networks where nobody else can answer: whoever
   * can is able to forge tokens. @default false
   */
  readonly allowInsecureHttp?: boolean
  /** Used in place of the runtime's own `fetch`, for instance behind a proxy. */
  readonly fetch?: Fetch
  /** Told why keys could not be fetched and Redis is not connected. @default nobody */
  readonly onError?: (error: unknown) => void
  /** For tests: returns milliseconds since 1970. @default the system's clock */
  readonly clock?: Clock
}

/** Durations in milliseconds. */
export interface ResolvedVerifierOptions {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string | undefined
  readonly isTrusted: (url: string) => boolean
  readonly revocations: VerifierRevocations | undefined
  readonly maxStaleness: number
  readonly whenStale: 'reject' | 'accept'
  readonly leeway: number
  readonly accessTokenLifetime: number
  readonly maxKeyAge: number
  readonly fetch: Fetch
  readonly onError: (error: unknown) => void
  readonly clock: Clock
}

const verifierDefaults = Object.freeze({
  leeway: '5s',
  accessTokenLifetime: '24h',
  maxKeyAge: '24h',
  maxStaleness: '5s',
  whenStale: 'reject',
} as const)

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const { judged, text, flag, function: callable } = kinds
const redis: Kind = {
  wanted: 'a URL, or a client of the package redis or ioredis',
  fits: (value) =>
    (typeof value === 'string' && value !== '') ||
    (typeof value === 'object' &&
      value !== null &&
      ('sendCommand' in value || 'callBuffer' in value)),
}
const revocationShapes: ShapesOf<VerifierRevocations> = {
  ...{ redis, prefix: text, feed: callable, maxStaleness: judged, whenStale: judged },
}
const shapes: ShapesOf<ServiceVerifierOptions> = {
  ...{ issuer: judged, audience: judged, jwksUri: text, leeway: judged, maxKeyAge: judged },
  ...{ accessTokenLifetime: judged, allowInsecureHttp: flag, fetch: callable, onError: callable },
  clock: { ...callable, wanted: 'a function that returns milliseconds' },
  revocations: { names: revocationShapes },
}

/** @throws TypeError naming every mistake at once. */
export function resolveVerifierOptions(given: ServiceVerifierOptions): ResolvedVerifierOptions {
  const { options: fitting, mistakes: misfits } = fitShapes(given, shapes)
  const options = { ...verifierDefaults, ...fitting }
  const { issuer, audience = issuer, jwksUri, revocations, allowInsecureHttp = false } = options
  const { mistakes, duration, oneOf } = createChecks()
  mistakes.push(...misfits.map(({ line }) => line))
  const { maxStaleness, whenStale } = { ...verifierDefaults, ...revocations }
  const isTrusted = (url: string): boolean => isSafe(url, allowInsecureHttp)

  const wrongIssuer = issuerMistake(issuer, isTrusted)
  if (wrongIssuer !== undefined) mistakes.push(wrongIssuer)
  if (typeof audience !== 'string' || audience === '') {
    mistakes.push('audience must be a string that is not empty')
  }
  if (jwksUri !== undefined && !isTrusted(jwksUri)) {
    mistakes.push('jwksUri must be an https URL without a user name (http only on this machine)')
  }
  const isWrong = misfits.some(({ path }) => path.startsWith('revocations'))
  if (!isWrong && revocations && (revocations.redis === undefined) === !revocations.feed) {
    mistakes.push('revocations needs redis or feed, one of the two')
  }
  const resolved: ResolvedVerifierOptions = {
    ...{ issuer, audience, jwksUri, isTrusted, revocations },
    maxStaleness: duration('revocations.maxStaleness', maxStaleness, 1000, day),
    whenStale: oneOf('revocations.whenStale', whenStale, ['reject', 'accept']),
    leeway: duration('leeway', options.leeway, 0, minute),
    accessTokenLifetime: duration('accessTokenLifetime', options.accessTokenLifetime, minute, day),
    maxKeyAge: duration('maxKeyAge', options.maxKeyAge, hour, 30 * day),
    // Called without `this`, which some runtimes insist on.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    onError: (error) => tell(options.onError, error),
    clock: options.clock ?? systemClock,
  }
  if (mistakes.length === 0) return Object.freeze(resolved)
  const lines = mistakes.map((line) => `  - ${line}`).join('\n')
  throw new TypeError(`The verifier cannot start:\n${lines}`)
}

function issuerMistake(issuer: unknown, isTrusted: (url: string) => boolean): string | undefined {
  if (typeof issuer !== 'string') return 'issuer is needed: the URL of the server, as it has it'
  // Said before the value is: it holds a password.
  if (holdsCredentials(issuer)) return 'issuer must be a URL without a user name and password'
  if (!isIssuer(issuer)) {
    return `issuer must be an http or https URL without query or trailing slash, got ${shown(issuer)}`
  }
  return isTrusted(issuer) ? undefined : `issuer must be https, got ${shown(issuer)}`
}

function isSafe(url: string, allowInsecureHttp: boolean): boolean {
  if (!URL.canParse(url) || holdsCredentials(url)) return false
  const { protocol } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && (allowInsecureHttp || isLoopback(url)))
}

/** What a listener throws must not become the answer to a request. */
function tell(listener: ServiceVerifierOptions['onError'], error: unknown): void {
  try {
    listener?.(error)
  } catch {}
}
