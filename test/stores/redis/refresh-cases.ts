/**
 * Random sessions, tokens and policies near every boundary of the rule, for Redis's script.
 *
 * Ids are UUIDs here, since the record packs them.
 */

import fc from 'fast-check'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import type { RefreshPolicy, RestoringToken } from '../../../src/sessions/decide-refresh.ts'
import type { StoredSession } from '../../../src/sessions/session.ts'
import { accessLifetime, day, hashOf, now, policyOf } from '../../sessions/rotation-fixtures.ts'

export interface RefreshCase {
  readonly session: StoredSession | undefined
  readonly token: RestoringToken
  readonly policy: RefreshPolicy
  /** What is left of the stored key's life in milliseconds. */
  readonly keyLife: number
}

const inactivityTimeout = 7 * day
const absoluteLifetime = 30 * day
const sessionId = uuidV7(now - day)
const accountId = uuidV7(now - 2 * day)
const anotherAccount = uuidV7(now - 3 * day)

// Few hashes and near generations, so that every rule is met often; and the ends of four bytes.
const hash = fc.integer({ min: 1, max: 3 }).map(hashOf)
const generation = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 9 }) },
  fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1),
)
const around = (...moments: readonly number[]) =>
  fc.constantFrom(...moments.flatMap((moment) => [moment - 1, moment, moment + 1]))
const lateWindow = 10_000

/** Ages at which a rule turns, and a few in the future: a promoted replica's clock may be behind. */
const age = fc.oneof(
  around(0, lateWindow, accessLifetime),
  fc.integer({ min: -20_000, max: 25_000 }),
  fc.integer({ min: 0, max: day }),
)
const agedToLimit = (limit: number) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: -1000, max: limit }) },
    around(limit, limit - accessLifetime),
  )
const before = (ages: fc.Arbitrary<number>) => ages.map((milliseconds) => now - milliseconds)

const text = fc.oneof(
  fc.constantFrom(null, 'Firefox', '192.0.2.1', '€'.repeat(80)),
  fc.string({ minLength: 1, maxLength: 40 }),
)

const live: fc.Arbitrary<StoredSession> = fc.record({
  status: fc.constant('live' as const),
  id: fc.constant(sessionId),
  accountId: fc.constantFrom(accountId, anotherAccount),
  epoch: fc.constantFrom(0, 1, 2 ** 32 - 1),
  amr: fc.constantFrom(['pwd'], ['pwd', 'otp'], []),
  userAgent: text,
  address: text,
  generation,
  hash,
  recentCommits: fc
    .array(age, { maxLength: 4 })
    .map((ages) => ages.sort((a, b) => a - b).map((milliseconds) => now - milliseconds)),
  forks: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 17, max: 19 })),
  forkedAt: fc.oneof(fc.constant(0), before(age)),
})

const ended: fc.Arbitrary<StoredSession> = fc
  .constantFrom('logout' as const, 'refresh_token_replayed' as const, 'session_limit' as const)
  .map((reason) => ({ status: 'ended', id: sessionId, accountId, reason }))

const token: fc.Arbitrary<RestoringToken> = fc.record({
  generation,
  hash,
  parent: hash,
  issuedAt: before(agedToLimit(inactivityTimeout)),
  sessionBornAt: before(agedToLimit(absoluteLifetime)),
  restorable: fc.boolean(),
  accountId: fc.constant(accountId),
  epoch: fc.constantFrom(0, 3, 2 ** 32 - 1),
})

const policy: fc.Arbitrary<RefreshPolicy> = fc
  .record({
    rotation: fc.constantFrom('fork-and-commit' as const, 'strict' as const),
    restoreMissing: fc.boolean(),
  })
  .map(policyOf)

const anything = fc.record({
  session: fc.oneof(
    { weight: 8, arbitrary: live },
    { weight: 1, arbitrary: ended },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  token,
  policy,
  keyLife: fc.integer({ min: 60_000, max: absoluteLifetime }),
})

/** Half of all tokens are the committed one or a successor, or a few steps away. */
export const refreshCases: fc.Arbitrary<RefreshCase> = fc
  .tuple(anything, fc.constantFrom('as it is', 'committed', 'successor', 'near'), fc.nat(5))
  .map(([one, kind, steps]) => {
    const { session } = one
    if (session?.status !== 'live' || kind === 'as it is') return one
    if (kind === 'committed') return withToken(one, session.generation, { hash: session.hash })
    if (kind === 'successor') {
      return withToken(one, session.generation + 1, { parent: session.hash })
    }
    return withToken(one, session.generation + 2 - steps)
  })

function withToken(one: RefreshCase, number: number, fields: Partial<RestoringToken> = {}) {
  const generation = Math.min(2 ** 32 - 1, Math.max(0, number))
  return { ...one, token: { ...one.token, ...fields, generation } }
}
