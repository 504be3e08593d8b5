/** The options for users, tokens and passwords from before, checked, and what to say of them. */

import { type Clock, readTime, systemClock, toIsoTime } from '../clock.ts'
import type { LegacyUsersHook } from '../flows/legacy-users.ts'
import type { LegacyAlgorithm } from '../tokens/legacy-token.ts'
import type { JsonObject } from '../tokens/strict-json.ts'
import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'
import type { AcceptLegacyOption } from './legacy-options.ts'

export interface LegacySettings {
  readonly legacyUsers: LegacyUsersHook | undefined
  readonly acceptLegacy: AcceptedLegacy | undefined
}

/** As the verifier needs it; `until` in milliseconds since 1970. */
export interface AcceptedLegacy {
  readonly secret: string
  readonly until: number
  readonly algorithm: LegacyAlgorithm
  readonly subject: (claims: JsonObject) => unknown
  readonly roles: (claims: JsonObject) => readonly string[]
}

const day = 86_400_000
const mostDaysAhead = 90
/** RFC 7518 §3.2. */
const leastSecretBytes = 32
const algorithms = ['HS256', 'HS384', 'HS512'] as const

export function resolveLegacy(options: AuthOptions, checks: Checks): LegacySettings {
  const { legacyUsers, acceptLegacy } = options
  // A list has a `find` too.
  const canFind = typeof legacyUsers?.find === 'function' && !Array.isArray(legacyUsers)
  if (legacyUsers !== undefined && !canFind) {
    checks.mistakes.push('legacyUsers must have a function find(identifier)')
  }
  return {
    legacyUsers,
    acceptLegacy:
      acceptLegacy && resolveAccepted(acceptLegacy, options, checks, options.clock ?? systemClock),
  }
}

function resolveAccepted(
  { secret, until, algorithm = 'HS256', subject = 'id', roles = () => [] }: AcceptLegacyOption,
  options: AuthOptions,
  { mistakes, oneOf }: Checks,
  now: Clock,
): AcceptedLegacy {
  if (typeof secret !== 'string' || secret === '') {
    mistakes.push('acceptLegacy.secret must be the secret that signed the old tokens')
  } else if ([options.secret ?? []].flat().includes(secret)) {
    mistakes.push('acceptLegacy.secret must not be the server secret; make a new one for that')
  }
  const end = readTime(until)
  if (end === undefined) {
    mistakes.push("acceptLegacy.until must be a date, or ISO 8601 such as '2027-01-31'")
  } else if (end > now() + mostDaysAhead * day) {
    mistakes.push(`acceptLegacy.until must be at most ${mostDaysAhead} days ahead`)
  }
  if (typeof subject !== 'function' && (typeof subject !== 'string' || subject === '')) {
    mistakes.push('acceptLegacy.subject must be the name of a claim or a function of the claims')
  }
  if (typeof roles !== 'function') {
    mistakes.push('acceptLegacy.roles must be a function of the claims')
  }
  return {
    secret,
    until: end ?? 0,
    algorithm: oneOf('acceptLegacy.algorithm', algorithm, algorithms),
    subject: typeof subject === 'function' ? subject : (claims) => ownMember(claims, subject),
    roles,
  }
}

const ownMember = (claims: JsonObject, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined

/** What an operator should know at start; no secret is in it. */
export function legacyNotices({ acceptLegacy }: LegacySettings, now: number): readonly string[] {
  if (acceptLegacy === undefined) return []
  const until = toIsoTime(acceptLegacy.until)
  if (now >= acceptLegacy.until) {
    return [`acceptLegacy accepts nothing since ${until}; the option can be removed.`]
  }
  if (Buffer.byteLength(acceptLegacy.secret) >= leastSecretBytes) return []
  return [
    `acceptLegacy.secret is shorter than ${leastSecretBytes} bytes: whoever guesses it from one old token ` +
      `is let in as anybody who has not ended their sessions here, until ${until}.`,
  ]
}
