/**
 * Checks options and fills in defaults. All mistakes are reported at once, each with its path.
 */

import { resolve } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { minimumSecretBytes, secretKeyId } from '../crypto/key-rings.ts'
import type { ClaimsHook } from '../flows/application-claims.ts'
import { shown } from '../shapes/shown.ts'
import type { SigningAlgorithm } from '../tokens/signing-keys.ts'
import { type AccountSettings, resolveAccounts } from './account-settings.ts'
import { type AuthOptions, defaults } from './auth-options.ts'
import { type Checks, createChecks } from './checks.ts'
import { type CookieSettings, resolveCookies } from './cookie-settings.ts'
import { type DatabaseSettings, resolveDatabase } from './database-settings.ts'
import { type Environment, nameVariables, withEnvironment } from './environment.ts'
import { holdsCredentials, isIssuer, isLoopback } from './issuer-url.ts'
import { besides, fitOptions } from './known-options.ts'
import { type LegacySettings, resolveLegacy } from './legacy-settings.ts'
import { type LimitSettings, resolveLimits } from './limit-settings.ts'
import { type PasswordSettings, resolvePasswords } from './password-settings.ts'
import { type ProxySettings, resolveProxies } from './proxy-settings.ts'
import { type RedisSettings, resolveRedis } from './redis-settings.ts'

/** Durations in milliseconds. */
export interface ResolvedOptions
  extends AccountSettings,
    CookieSettings,
    DatabaseSettings,
    PasswordSettings,
    LegacySettings,
    LimitSettings,
    ProxySettings,
    RedisSettings {
  readonly production: boolean
  readonly issuer: string
  /** True when nobody named an issuer: then any port of this machine is the application's own. */
  readonly issuerIsDefault: boolean
  readonly audience: string
  /** Empty: the development secret of the data folder is to be used. */
  readonly secrets: readonly string[]
  readonly dataFolder: string
  readonly basePath: string
  readonly algorithm: SigningAlgorithm
  readonly accessLifetime: number
  readonly leeway: number
  readonly rotationInterval: number
  readonly inactivityTimeout: number
  readonly absoluteLifetime: number
  readonly sessionLimit: number
  readonly refreshLimit: number
  readonly rotation: 'fork-and-commit' | 'strict'
  readonly origins: readonly string[]
  readonly maxStaleness: number
  readonly whenStale: 'check-store' | 'reject' | 'accept'
  readonly claims: ClaimsHook | undefined
  readonly clock: Clock
}

/** Both are in every access token, and one of more than 8 KB is refused. */
const longestName = 512
const minute = 60_000
const day = 86_400_000

/** @throws TypeError naming every mistake; no value of a secret is in it. */
export function resolveOptions(given: AuthOptions, environment: Environment): ResolvedOptions {
  const { resolved, mistakes } = checkOptions(given, environment)
  if (mistakes.length > 0) throw startError(mistakes)
  return Object.freeze(resolved)
}

export const startError = (mistakes: readonly string[]): TypeError =>
  new TypeError(`Countersign cannot start:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`)

/** Finds all mistakes; `resolved` is good for nothing when there is one. */
export function checkOptions(given: AuthOptions, environment: Environment) {
  const { options: fitting, mistakes: misfits } = fitOptions(given)
  const options = withEnvironment(fitting, environment)
  const production = environment.NODE_ENV === 'production'
  const checks = createChecks()
  const resolved: ResolvedOptions = {
    production,
    ...resolveIdentity(options, production, checks),
    ...resolvePlaces(options, checks),
    ...resolveLifetimes(options, checks),
    ...resolveAccounts(options, checks),
    ...resolveCookies(options, checks),
    ...resolvePasswords(options, checks),
    ...resolveLegacy(options, checks),
    ...resolveLimits(options, checks),
    ...resolveProxies(options, checks),
    ...resolveRedis(options, checks),
    claims: resolveClaims(options, checks),
    clock: options.clock ?? systemClock,
  }
  const found = besides(misfits, checks.mistakes)
  const named = nameVariables(found, fitting, environment)
  return { resolved, mistakes: [...misfits.map(({ line }) => line), ...named] }
}

/** Who issues, for whom, and with which secret. */
function resolveIdentity(options: AuthOptions, production: boolean, { mistakes, origin }: Checks) {
  const issuer = options.issuer ?? defaults.developmentIssuer
  if (options.issuer === undefined && production) {
    mistakes.push(
      'issuer (COUNTERSIGN_ISSUER) is needed in production: the public URL of this server',
    )
  }
  if (holdsCredentials(issuer)) {
    mistakes.push('issuer must be a URL without a user name and password')
  } else if (!isIssuer(issuer)) {
    mistakes.push(
      `issuer must be an http or https URL without query or trailing slash, got ${shown(issuer)}`,
    )
  } else if (issuer.length > longestName) {
    mistakes.push(`issuer must be at most ${longestName} characters`)
  } else if (production && issuer.startsWith('http:') && !isLoopback(issuer)) {
    mistakes.push(`issuer must be https in production, got ${shown(issuer)}`)
  }
  const { audience = issuer } = options
  if (options.audience !== undefined && (audience === '' || audience.length > longestName)) {
    mistakes.push(`audience must be a text of 1 to ${longestName} characters`)
  }
  const secrets = [options.secret ?? []].flat()
  if (secrets.length === 0 && production) {
    mistakes.push(
      'secret (COUNTERSIGN_SECRET) is needed in production: 32 random bytes or more, for instance from `openssl rand -base64 48`',
    )
  }
  if (secrets.some((secret) => Buffer.byteLength(secret) < minimumSecretBytes)) {
    mistakes.push(`secret must be at least ${minimumSecretBytes} bytes`)
  }
  if (new Set(secrets.map(secretKeyId)).size !== secrets.length) {
    mistakes.push('secret: two of the secrets have the same key id; make another one')
  }
  return {
    issuer,
    issuerIsDefault: options.issuer === undefined,
    audience,
    secrets,
    origins: (options.origins ?? []).map((value) => origin('origins', value)),
  }
}

/** Where data and routes are. */
function resolvePlaces(options: AuthOptions, { mistakes }: Checks) {
  const dataFolder = resolve(options.dataFolder ?? defaults.dataFolder)
  const database = resolveDatabase(options, dataFolder, { mistakes })
  const basePath = options.basePath ?? defaults.basePath
  if (!/^(\/[A-Za-z0-9_-]+)+$/.test(basePath)) {
    mistakes.push(`basePath must be such as '/auth', got ${shown(basePath)}`)
  }
  return { dataFolder, ...database, basePath }
}

/** How long tokens and sessions live, and how many there may be. */
function resolveLifetimes(options: AuthOptions, { duration, whole, oneOf }: Checks) {
  const { accessToken = {}, signingKeys = {}, session = {}, revocation = {} } = options
  const { lifetime = defaults.accessLifetime, leeway = defaults.leeway } = accessToken
  const { rotationInterval = defaults.rotationInterval } = signingKeys
  const { inactivityTimeout = defaults.inactivityTimeout } = session
  const { absoluteLifetime = defaults.absoluteLifetime } = session
  const { limit = defaults.sessionLimit, refreshLimit = defaults.refreshLimit } = session
  const { maxStaleness = defaults.maxStaleness, whenStale = 'check-store' } = revocation
  const { algorithm = defaults.algorithm } = accessToken
  const { rotation = 'fork-and-commit' } = session

  const accessLifetime = duration('accessToken.lifetime', lifetime, minute, day)
  const range = [accessLifetime, 4000 * day] as const
  const count = { least: 1, most: 1_000_000, orOff: true }
  return {
    algorithm: oneOf('accessToken.algorithm', algorithm, ['ES256', 'EdDSA', 'RS256', 'HS256']),
    accessLifetime,
    leeway: duration('accessToken.leeway', leeway, 0, minute),
    rotationInterval: duration('signingKeys.rotationInterval', rotationInterval, day, 4000 * day),
    inactivityTimeout: duration('session.inactivityTimeout', inactivityTimeout, ...range),
    absoluteLifetime: duration('session.absoluteLifetime', absoluteLifetime, ...range),
    sessionLimit: whole('session.limit', limit, count),
    refreshLimit: whole('session.refreshLimit', refreshLimit, count),
    rotation: oneOf('session.rotation', rotation, ['fork-and-commit', 'strict']),
    maxStaleness: duration('revocation.maxStaleness', maxStaleness, 1000, day),
    whenStale: oneOf('revocation.whenStale', whenStale, ['check-store', 'reject', 'accept']),
  }
}

function resolveClaims({ claims }: AuthOptions, { mistakes }: Checks): ClaimsHook | undefined {
  if (claims !== undefined && typeof claims !== 'function') {
    mistakes.push('claims must be a function of the account')
  }
  return claims
}
