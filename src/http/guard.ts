/**
 * The guard: finds the access token of a request, has it verified and checks what a route needs.
 *
 * Synchronous when the token was verified before: no promise, no store, no signature.
 */

import { type Duration, parseDuration } from '../duration.ts'
import { AuthError } from '../errors.ts'
import { fitShapes, kinds, type Shapes, type ShapesOf } from '../shapes/option-shapes.ts'
import { shown } from '../shapes/shown.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { Transport } from '../wire.ts'
import { checkAuth } from './checked-input.ts'
import { cookieName, readCookie } from './cookies.ts'
import type { GuardCore, TokenChecker } from './core.ts'
import { isSafeMethod, requireOwnRequest } from './csrf.ts'
import type { GuardRequest } from './request.ts'
import type { HttpSettings } from './settings.ts'

export interface GuardRequirements {
  /** The account must have at least one of these roles. */
  readonly roles?: readonly string[] | undefined
  /** The token must have all of these scopes. */
  readonly scopes?: readonly string[] | undefined
  /** Asks the store for every request; 503 when it cannot. Not with a verifier. @default false */
  readonly fresh?: boolean | undefined
  /** Greatest age of the log-in (RFC 9470), such as `'10m'` or a number of seconds. */
  readonly maxAge?: Duration | undefined
}

/** Requirements read once, so that a request parses nothing. */
export interface PreparedRequirements extends Omit<GuardRequirements, 'maxAge'> {
  readonly maxAgeSeconds: number | undefined
}

const requirementShapes: ShapesOf<GuardRequirements> = {
  ...{ roles: kinds.texts, scopes: kinds.texts, fresh: kinds.flag, maxAge: kinds.judged },
}

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** What a route that needs nothing but a token asks. */
export const noRequirements: PreparedRequirements = Object.freeze({ maxAgeSeconds: undefined })

/**
 * Checks what `requireAuth` was given: a misspelt `roles` would let everybody pass.
 *
 * @param more what the adapter's own options may be beside the requirements.
 * @throws TypeError for options that there are not or of a wrong kind, for a `maxAge` that is no
 * duration, for a scope that no token can have, and for `fresh` where there is no store to ask.
 */
export function prepareGuard(
  auth: TokenChecker,
  given: GuardRequirements = {},
  more: Shapes = {},
): PreparedRequirements {
  checkAuth('requireAuth', auth, 'tokens')
  const { options, mistakes } = fitShapes(given, { ...requirementShapes, ...more })
  if (mistakes.length > 0) {
    throw new TypeError(`requireAuth: ${mistakes.map(({ line }) => line).join('; ')}`)
  }
  const { roles, scopes, fresh, maxAge } = options
  if (fresh && auth.http.core.settings === undefined) {
    throw new TypeError('fresh needs the server itself: a verifier has no store to ask')
  }
  const milliseconds = maxAge === undefined ? undefined : parseDuration(maxAge)
  if (maxAge !== undefined && milliseconds === undefined) {
    throw new TypeError(`maxAge must be a duration such as '10m', got ${shown(maxAge)}`)
  }
  const wrongScope = scopes?.find((scope) => !scopeToken.test(scope))
  if (wrongScope !== undefined) throw new TypeError(`scopes: '${wrongScope}' is no scope token`)
  const maxAgeSeconds = milliseconds === undefined ? undefined : milliseconds / 1000
  return { roles, scopes, fresh, maxAgeSeconds }
}

export interface FoundToken {
  readonly token: string
  readonly transport: Transport
}

/**
 * Finds the access token: an Authorization header, or else our cookie (RFC 6750 §2). Without
 * settings no cookie is read.
 *
 * @throws AuthError `invalid_request` for more than one token, `csrf_refused` for a cookie on an
 * unsafe request from elsewhere.
 */
export function findAccessToken(
  settings: HttpSettings | undefined,
  request: GuardRequest,
): FoundToken | undefined {
  const bearer = bearerToken(request.header('authorization'))
  const cookie = settings && readCookie(request.header('cookie'), cookieName(settings, 'access'))
  if (request.repeatedAuthorization || (bearer !== undefined && cookie !== undefined)) {
    throw new AuthError('invalid_request', { message: 'Send one access token, in one way.' })
  }
  if (bearer !== undefined) return { token: bearer, transport: 'bearer' }
  if (settings === undefined || cookie === undefined) return undefined
  if (!isSafeMethod(request.method)) requireOwnRequest(settings, request)
  return { token: cookie, transport: 'cookie' }
}

/** @throws AuthError as `findAccessToken` does, and `credentials_missing` when there is none. */
export function requireAccessToken(
  settings: HttpSettings | undefined,
  request: GuardRequest,
): FoundToken {
  const found = findAccessToken(settings, request)
  if (found === undefined) throw new AuthError('credentials_missing')
  return found
}

/** @throws AuthError with the reason; the promise rejects with the same. */
export function guard(
  core: GuardCore,
  request: GuardRequest,
  requirements: PreparedRequirements,
): AccessClaims | Promise<AccessClaims> {
  const { token } = requireAccessToken(core.settings, request)
  const claims = verifyRequired(core, token, requirements)
  if (claims instanceof Promise) {
    return claims.then((verified) => checkRequirements(core, verified, requirements))
  }
  return checkRequirements(core, claims, requirements)
}

/** Verifies a token as a route asks for it; other requirements are not looked at. */
export function verifyRequired(
  core: GuardCore,
  token: string,
  { fresh }: PreparedRequirements,
): AccessClaims | Promise<AccessClaims> {
  const { guardVerifier } = core
  return fresh && 'verifyFresh' in guardVerifier
    ? guardVerifier.verifyFresh(token)
    : guardVerifier.verify(token)
}

/** @throws AuthError `insufficient_scope`, `forbidden`, `insufficient_user_authentication`. */
export function checkRequirements(
  core: GuardCore,
  claims: AccessClaims,
  { roles, scopes, maxAgeSeconds }: PreparedRequirements,
): AccessClaims {
  if (scopes !== undefined) {
    const granted = claims.scope.split(' ')
    if (!scopes.every((scope) => granted.includes(scope))) {
      throw new AuthError('insufficient_scope', { scope: scopes.join(' ') })
    }
  }
  if (roles !== undefined && !roles.some((role) => claims.roles.includes(role))) {
    throw new AuthError('forbidden')
  }
  if (maxAgeSeconds !== undefined) {
    const age = core.context.now() / 1000 - claims.auth_time
    if (age > maxAgeSeconds) {
      throw new AuthError('insufficient_user_authentication', { maxAgeSeconds })
    }
  }
  return claims
}

/**
 * The token of an Authorization header. The scheme's name is case-insensitive (RFC 9110 §11.1); other
 * schemes are none of ours.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 7) return undefined
  if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined
  return authorization.slice(7).trim()
}
