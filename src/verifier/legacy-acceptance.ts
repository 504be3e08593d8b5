/**
 * Lets the application's own access tokens pass its guard for a while, beside ours.
 *
 * Ours are verified first and pay nothing for it. An old token is looked at only when it is none of
 * ours, and then the account store is asked each time: it carries no session and no epoch, so
 * nothing else could end it.
 */

import { toSeconds } from '../clock.ts'
import { AuthError, unavailable } from '../errors.ts'
import type { Account, UserStore } from '../stores/ports.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { isUuid, type LegacyTokenOptions, verifyLegacyToken } from '../tokens/legacy-token.ts'
import { refuseToken } from '../tokens/refuse-token.ts'
import type { JsonObject } from '../tokens/strict-json.ts'
import type { Verifier } from './verifier.ts'

/** What the guard of the application asks. */
export type GuardVerifier = Pick<Verifier, 'verify' | 'verifyFresh'>

export interface LegacyAcceptanceOptions extends LegacyTokenOptions {
  /** From this moment on none is accepted; milliseconds since 1970. */
  readonly until: number
  /** Whom the claims name; undefined refuses the token. */
  readonly subject: (claims: JsonObject) => unknown
  /** What somebody may do who is no account yet. */
  readonly roles: (claims: JsonObject) => readonly string[]
}

export interface LegacyAcceptanceParts {
  readonly users: Pick<UserStore, 'findExternal' | 'findById'>
  readonly issuer: string
  readonly audience: string
  readonly now: () => number
}

/**
 * Makes a verifier that also accepts old tokens.
 *
 * It throws what `verifier` throws; for an old token `token_expired` past its `exp` or the date,
 * `session_ended` when its account was deleted or disabled or ended all its sessions, and
 * `temporarily_unavailable` when the store cannot tell.
 */
export function acceptLegacyTokens(
  verifier: GuardVerifier,
  options: LegacyAcceptanceOptions,
  { users, issuer, audience, now }: LegacyAcceptanceParts,
): GuardVerifier {
  async function verifyLegacy(token: string): Promise<AccessClaims> {
    const claims = verifyLegacyToken(token, options, now())
    if (now() >= options.until) throw new AuthError('token_expired')
    const externalId = subjectOf(claims, options)
    const account = await users.findExternal(externalId).catch(rethrowUnavailable)
    if (account === undefined) return beforeAdoption(externalId, claims)
    if (account === 'deleted' || !stillStands(account)) throw new AuthError('session_ended')
    const { id, roles, scopes } = account
    return legacyClaims(claims, externalId, { sub: id, roles, scope: scopes.join(' ') })
  }

  async function beforeAdoption(externalId: string, claims: JsonObject): Promise<AccessClaims> {
    // Whoever has the old secret must not be able to name an account that never was in the old store.
    const own = isUuid(externalId.toLowerCase())
      ? await users.findById(externalId.toLowerCase()).catch(rethrowUnavailable)
      : undefined
    if (own !== undefined) refuseToken('a legacy token names an account by its id here')
    const roles = attempt(() => [...options.roles(claims)])
    return legacyClaims(claims, externalId, { sub: externalId, roles, scope: '' })
  }

  function legacyClaims(
    { exp, iat }: JsonObject,
    externalId: string,
    rights: Pick<AccessClaims, 'sub' | 'roles' | 'scope'>,
  ): AccessClaims {
    const end = toSeconds(options.until)
    return Object.freeze<AccessClaims>({
      iss: issuer,
      aud: audience,
      ...rights,
      roles: Object.freeze([...rights.roles]),
      exp: Math.min(end, typeof exp === 'number' ? exp : end),
      iat: typeof iat === 'number' ? iat : 0,
      jti: '',
      client_id: 'legacy',
      sid: '',
      // Nobody knows when they logged in, so every route with `maxAge` asks them to do it.
      auth_time: 0,
      amr: Object.freeze([]),
      epoch: 0,
      legacy: true,
      external_id: externalId,
    })
  }

  const unlessOurs = (token: string) => (error: unknown) => {
    if (error instanceof AuthError && error.code === 'invalid_token') return verifyLegacy(token)
    throw error
  }

  return Object.freeze<GuardVerifier>({
    verify(token) {
      const claims = verifier.verify(token)
      return claims instanceof Promise ? claims.catch(unlessOurs(token)) : claims
    },
    verifyFresh: (token) => verifier.verifyFresh(token).catch(unlessOurs(token)),
  })
}

/** A raised epoch ends whatever was issued before, and an old token carries none. */
const stillStands = ({ status, sessionEpoch }: Account): boolean =>
  status === 'active' && sessionEpoch === 0

function subjectOf(claims: JsonObject, options: LegacyAcceptanceOptions): string {
  const subject = attempt(() => options.subject(claims))
  const text = typeof subject === 'number' ? String(subject) : subject
  if (typeof text !== 'string' || text === '') refuseToken('a legacy token without its subject')
  return text
}

/** The application's functions see claims of every shape that it ever signed. */
function attempt<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    refuseToken(`the function of a legacy token failed: ${error}`)
  }
}

function rethrowUnavailable(error: unknown): never {
  throw unavailable(error)
}
