/** The shape of the options of `createAuth`: `shapes/option-shapes.ts` says what it is for. */

import { fitShapes, type Kind, kinds, type Misfit, type ShapesOf } from '../shapes/option-shapes.ts'
import type { AuthOptions, LimitOptions } from './auth-options.ts'
import type { AcceptLegacyOption } from './legacy-options.ts'
import type { BreachCheckOptions, PasswordOptions } from './password-options.ts'

type Group<Name extends keyof AuthOptions> = ShapesOf<NonNullable<AuthOptions[Name]>>
type Limits<Name extends keyof LimitOptions> = ShapesOf<
  Exclude<LimitOptions[Name], 'off' | undefined>
>
type LoginLimitOptions = Exclude<LimitOptions['login'], 'off' | undefined>

const { judged, text, texts, secrets, flag, off } = kinds

const storeMembers = [
  'users',
  'sessions',
  'keys',
  'oneTimeTokens',
  'attempts',
  'endedList',
] as const
const stores: Kind = {
  wanted: 'what openMemoryStores(), joinStores() and the like return, awaited',
  fits: (value) =>
    typeof value === 'object' &&
    value !== null &&
    storeMembers.every((name) => typeof (value as Record<string, unknown>)[name] === 'object'),
}
const clock: Kind = { ...kinds.function, wanted: 'a function that returns milliseconds' }

const breachCheck: ShapesOf<BreachCheckOptions> = { url: text, timeout: judged }
const network: ShapesOf<Exclude<LoginLimitOptions['network'], 'off' | undefined>> = {
  failures: judged,
  window: judged,
}
const login: Limits<'login'> = {
  ...{ failures: judged, longestPause: judged, lockAfter: judged },
  network: { or: off, names: network },
}
const register: Limits<'register'> = { name: judged, network: judged, window: judged }
const limits: ShapesOf<LimitOptions> = {
  login: { or: off, names: login },
  register: { or: off, names: register },
  ipv6Prefix: judged,
}
const passwords: ShapesOf<PasswordOptions> = {
  ...{ preset: judged, minLength: judged, contextWords: judged, algorithm: judged, cost: judged },
  ...{ memoryKiB: judged, iterations: judged, concurrency: judged, queueLimit: judged },
  pepper: secrets,
  breachCheck: { or: flag, names: breachCheck },
}
const acceptLegacy: ShapesOf<AcceptLegacyOption> = {
  ...{ secret: text, until: judged, algorithm: judged, subject: judged, roles: judged },
}
const accessToken: Group<'accessToken'> = { algorithm: judged, lifetime: judged, leeway: judged }
const session: Group<'session'> = {
  ...{ inactivityTimeout: judged, absoluteLifetime: judged, limit: judged },
  ...{ refreshLimit: judged, rotation: judged },
}
const signingKeys: Group<'signingKeys'> = { rotationInterval: judged }
const account: Group<'account'> = { username: judged, email: judged, reservedNames: judged }
const cookies: Group<'cookies'> = { renewInGuard: judged }
const revocation: Group<'revocation'> = { maxStaleness: judged, whenStale: judged }

/** Every option, for what walks over all of them. */
export const optionShapes: ShapesOf<AuthOptions> = {
  ...{ issuer: text, audience: text, secret: secrets, dataFolder: text, basePath: text },
  ...{ databaseSchema: text, trustedProxies: texts, origins: texts, stores, clock },
  // What a driver's client may be is seen in the files that check them.
  ...{ database: judged, redis: judged, requireStoreAtStart: judged, loginOnRegister: judged },
  ...{ serviceName: judged, forwardedHeader: judged, claims: judged, legacyUsers: judged },
  accessToken: { names: accessToken },
  signingKeys: { names: signingKeys },
  session: { names: session },
  account: { names: account },
  passwords: { names: passwords },
  limits: { names: limits },
  cookies: { names: cookies },
  revocation: { names: revocation },
  acceptLegacy: { names: acceptLegacy },
}

/** Finds options that there are not, with the nearest that there is, and values of a wrong kind. */
export const fitOptions = <Options extends Partial<AuthOptions>>(given: Options) =>
  fitShapes(given, optionShapes)

/** Leaves out what was said of an option's kind already: it was then resolved as if left out. */
export const besides = (misfits: readonly Misfit[], lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !misfits.some(({ path }) => line.startsWith(`${path} `)))
