/**
 * Environment variables that stand for options, and the words that `--help` has for them.
 *
 * Values are read as text here; `resolve-options.ts` judges them as it judges options.
 */

import type { AuthOptions } from './auth-options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Name, default and meaning of every variable that the library reads. */
export const environmentVariables: readonly (readonly [string, string, string])[] = [
  ['COUNTERSIGN_ISSUER', 'http://HOST:PORT in development', 'public URL; needed in production'],
  ['COUNTERSIGN_AUDIENCE', 'the issuer', 'who the access tokens are for'],
  [
    'COUNTERSIGN_SECRET',
    'made in development',
    '32 bytes or more, several comma-separated; needed in production',
  ],
  [
    'COUNTERSIGN_PEPPER',
    'none',
    'seals password hashes; 32 bytes or more, several comma-separated',
  ],
  ['COUNTERSIGN_DATA', './data', 'folder of the SQLite file'],
  [
    'DATABASE_URL',
    'a file in the data folder',
    'sqlite:PATH, postgres:// or mongodb://USER:PASSWORD@HOST/DATABASE',
  ],
  [
    'REDIS_URL',
    'none',
    'where sessions live, if not in the database: redis://, rediss://, redis+sentinel://, redis+cluster://',
  ],
  ['COUNTERSIGN_REQUIRE_STORE_AT_START', 'false', 'exit when a store is down at the start'],
  ['COUNTERSIGN_SIGNING_ALG', 'ES256', 'ES256, EdDSA, RS256 or HS256'],
  ['COUNTERSIGN_ACCESS_LIFETIME', '15m', 'lifetime of an access token'],
  ['COUNTERSIGN_INACTIVITY_TIMEOUT', '7d', 'a session ends when not refreshed for this long'],
  ['COUNTERSIGN_ABSOLUTE_LIFETIME', '30d', 'a session ends this long after log-in'],
  ['COUNTERSIGN_SESSION_LIMIT', '20', 'sessions an account, or off'],
  ['COUNTERSIGN_REFRESH_LIMIT', '30', 'repeated refreshes a minute and session, or off'],
  ['COUNTERSIGN_LOGIN_LIMIT', '5', 'failures of a name before each next try waits, or off'],
  ['COUNTERSIGN_REGISTER_LIMIT', '20', 'registrations an hour and network, or off'],
  [
    'COUNTERSIGN_TRUSTED_PROXIES',
    'none',
    'addresses or networks of proxies in front; loopback, linklocal, uniquelocal',
  ],
  ['COUNTERSIGN_ORIGINS', 'none', 'origins of other pages that may use this, comma-separated'],
]

/** Which option a variable stands for, where a mistake in it is told by the option's path. */
const variablesOfOptions: Readonly<Record<string, string>> = {
  issuer: 'COUNTERSIGN_ISSUER',
  audience: 'COUNTERSIGN_AUDIENCE',
  secret: 'COUNTERSIGN_SECRET',
  requireStoreAtStart: 'COUNTERSIGN_REQUIRE_STORE_AT_START',
  origins: 'COUNTERSIGN_ORIGINS',
  trustedProxies: 'COUNTERSIGN_TRUSTED_PROXIES',
  'accessToken.algorithm': 'COUNTERSIGN_SIGNING_ALG',
  'accessToken.lifetime': 'COUNTERSIGN_ACCESS_LIFETIME',
  'session.inactivityTimeout': 'COUNTERSIGN_INACTIVITY_TIMEOUT',
  'session.absoluteLifetime': 'COUNTERSIGN_ABSOLUTE_LIFETIME',
  'session.limit': 'COUNTERSIGN_SESSION_LIMIT',
  'session.refreshLimit': 'COUNTERSIGN_REFRESH_LIMIT',
  'limits.login.failures': 'COUNTERSIGN_LOGIN_LIMIT',
  'limits.register.network': 'COUNTERSIGN_REGISTER_LIMIT',
}

/** Names the variable in a mistake that came from one, so that an operator finds it. */
export function nameVariables(
  mistakes: readonly string[],
  given: AuthOptions,
  environment: Environment,
): readonly string[] {
  return mistakes.map((mistake) => {
    const [path = ''] = mistake.split(/[ :]/, 1)
    const variable = Object.hasOwn(variablesOfOptions, path) ? variablesOfOptions[path] : undefined
    if (variable === undefined || !environment[variable]?.trim()) return mistake
    const rest = mistake.slice(path.length)
    if (isGiven(given, path.split('.')) || rest.startsWith(' (')) return mistake
    return `${path} (${variable})${rest}`
  })
}

const isGiven = (options: unknown, [name, ...deeper]: readonly string[]): boolean =>
  name === undefined
    ? options !== undefined
    : typeof options === 'object' &&
      options !== null &&
      isGiven((options as Record<string, unknown>)[name], deeper)

/** Options from the environment; given options win over them, one by one. */
export function withEnvironment(options: AuthOptions, environment: Environment): AuthOptions {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined
  return {
    ...drop({
      issuer: read('COUNTERSIGN_ISSUER'),
      audience: read('COUNTERSIGN_AUDIENCE'),
      secret: list(read('COUNTERSIGN_SECRET')),
      dataFolder: read('COUNTERSIGN_DATA'),
      database: read('DATABASE_URL'),
      // Stores that are given leave nothing to the environment.
      redis: options.stores === undefined ? read('REDIS_URL') : undefined,
      requireStoreAtStart: flag(read('COUNTERSIGN_REQUIRE_STORE_AT_START')),
      origins: list(read('COUNTERSIGN_ORIGINS')),
      trustedProxies: list(read('COUNTERSIGN_TRUSTED_PROXIES')),
    }),
    ...drop(options),
    accessToken: {
      ...drop({
        algorithm: read('COUNTERSIGN_SIGNING_ALG'),
        lifetime: read('COUNTERSIGN_ACCESS_LIFETIME'),
      }),
      ...drop(options.accessToken ?? {}),
    },
    passwords: {
      ...drop({ pepper: list(read('COUNTERSIGN_PEPPER')) }),
      ...drop(options.passwords ?? {}),
    },
    session: {
      ...drop({
        inactivityTimeout: read('COUNTERSIGN_INACTIVITY_TIMEOUT'),
        absoluteLifetime: read('COUNTERSIGN_ABSOLUTE_LIFETIME'),
        limit: limit(read('COUNTERSIGN_SESSION_LIMIT')),
        refreshLimit: limit(read('COUNTERSIGN_REFRESH_LIMIT')),
      }),
      ...drop(options.session ?? {}),
    },
    limits: {
      ...drop({
        login: limitOf('failures', read('COUNTERSIGN_LOGIN_LIMIT')),
        register: limitOf('network', read('COUNTERSIGN_REGISTER_LIMIT')),
      }),
      ...drop(options.limits ?? {}),
    },
  } as AuthOptions
}

function drop<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}

const list = (text: string | undefined): readonly string[] | undefined =>
  text
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const flag = (text: string | undefined): boolean | string | undefined =>
  text === 'true' || text === 'false' ? text === 'true' : text

const limit = (text: string | undefined): number | string | undefined =>
  text === undefined || text === 'off' ? text : wholeNumber(text)

/** `off`, or the one number that a variable can set. */
const limitOf = (name: string, text: string | undefined): object | string | undefined =>
  text === undefined || text === 'off' ? text : { [name]: wholeNumber(text) }

/** Digits alone: `Number` reads '1e3' and '0x10' too. What is no number stays text, to be told. */
const wholeNumber = (text: string): number | string =>
  /^\d{1,15}$/.test(text) ? Number(text) : text
