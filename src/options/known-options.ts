/**
 * The names of all options, so that one that is misspelt is a mistake and not silently left out: a
 * typo in the name of a protection would lift it.
 */

import type { AuthOptions, LimitOptions } from './auth-options.ts'
import type { AcceptLegacyOption } from './legacy-options.ts'
import type { BreachCheckOptions, PasswordOptions } from './password-options.ts'
import { suggestion } from './suggestion.ts'

/** `true` where a value stands, names where an object of options does. */
type Names<Options> = { readonly [Name in keyof Required<Options>]: Tree }
type Tree = true | { readonly [name: string]: Tree }
type Group<Name extends keyof AuthOptions> = Names<NonNullable<AuthOptions[Name]>>
type Limits<Name extends keyof LimitOptions> = Names<Exclude<LimitOptions[Name], 'off' | undefined>>
type LoginLimitOptions = Exclude<LimitOptions['login'], 'off' | undefined>

const breachCheck: Names<BreachCheckOptions> = { url: true, timeout: true }
const network: Names<Exclude<LoginLimitOptions['network'], 'off' | undefined>> = {
  failures: true,
  window: true,
}
const login: Limits<'login'> = { failures: true, longestPause: true, lockAfter: true, network }
const register: Limits<'register'> = { name: true, network: true, window: true }
const limits: Names<LimitOptions> = { login, register, ipv6Prefix: true }
const passwords: Names<PasswordOptions> = {
  ...{
    preset: true,
    minLength: true,
    contextWords: true,
    breachCheck,
    algorithm: true,
    cost: true,
  },
  ...{ memoryKiB: true, iterations: true, pepper: true, concurrency: true, queueLimit: true },
}
const acceptLegacy: Names<AcceptLegacyOption> = {
  ...{ secret: true, until: true, algorithm: true, subject: true, roles: true },
}
const accessToken: Group<'accessToken'> = { algorithm: true, lifetime: true, leeway: true }
const session: Group<'session'> = {
  ...{ inactivityTimeout: true, absoluteLifetime: true, limit: true },
  ...{ refreshLimit: true, rotation: true },
}
const signingKeys: Group<'signingKeys'> = { rotationInterval: true }
const account: Group<'account'> = { username: true, email: true, reservedNames: true }
const cookies: Group<'cookies'> = { renewInGuard: true }
const revocation: Group<'revocation'> = { maxStaleness: true, whenStale: true }

const knownOptions: Names<AuthOptions> = {
  ...{ issuer: true, audience: true, secret: true, dataFolder: true, database: true, stores: true },
  ...{ basePath: true, loginOnRegister: true, serviceName: true, trustedProxies: true },
  ...{ forwardedHeader: true, origins: true, claims: true, legacyUsers: true, clock: true },
  // A client of Redis has members of its own; `redis-settings.ts` looks at the rest.
  ...{ redis: true, requireStoreAtStart: true, databaseSchema: true },
  ...{ accessToken, signingKeys, session, account, passwords, limits, cookies, revocation },
  acceptLegacy,
}

/** @returns a line for every option that there is not, with the nearest one that there is. */
export function unknownOptions(options: object): readonly string[] {
  return misfits(options, knownOptions, '')
}

function misfits(given: object, known: { readonly [name: string]: Tree }, path: string): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const tree = Object.hasOwn(known, name) ? known[name] : undefined
    if (tree === undefined) {
      return [`${path}${name} is no option${suggestion(name, Object.keys(known))}`]
    }
    if (tree === true || typeof value !== 'object' || value === null) return []
    return misfits(value, tree, `${path}${name}.`)
  })
}
