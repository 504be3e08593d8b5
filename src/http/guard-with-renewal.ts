/**
 * The guard of server-rendered pages: where the access cookie is no longer good, it renews by the
 * refresh cookie within the same request (option `cookies.renewInGuard`, decision 0009).
 *
 * A request whose token was verified before is answered as `guard` does it, at once.
 */

import { AuthError, type ErrorCode } from '../errors.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { cookieName, readCookie, tokenCookies } from './cookies.ts'
import type { GuardCore, HttpCore } from './core.ts'
import { isSafeMethod, requireOwnRequest } from './csrf.ts'
import {
  bearerToken,
  checkRequirements,
  guard,
  type PreparedRequirements,
  verifyRequired,
} from './guard.ts'
import { cookiesAfterRefusal, otherFormCleared } from './refresh-cookies.ts'
import type { GuardRequest } from './request.ts'
import type { HeaderValues } from './response.ts'

/** Who asks, or why not; and the headers that the answer must carry in either case. */
export type Verdict =
  | { readonly claims: AccessClaims; readonly headers: HeaderValues }
  | { readonly error: unknown; readonly headers: HeaderValues }

/** What a new pair of tokens mends: what a client answers with a refresh. */
const renewable: ReadonlySet<ErrorCode> = new Set([
  'credentials_missing',
  'token_expired',
  'token_outdated',
  'invalid_token',
])

const none: HeaderValues = Object.freeze({})

/**
 * Guards a request, and renews its cookies where that is allowed and needed.
 *
 * `headers` belong on the answer whatever the page does; `Set-Cookie` beside the page's own, and
 * `Cache-Control` in place of the page's own. The promise never rejects.
 *
 * @throws AuthError with the reason, for what is refused at once.
 */
export function guardWithRenewal(
  core: GuardCore,
  request: GuardRequest,
  requirements: PreparedRequirements,
): AccessClaims | Promise<Verdict> {
  let claims: AccessClaims | Promise<AccessClaims>
  try {
    claims = guard(core, request, requirements)
  } catch (error) {
    // A service that only checks tokens has none to give.
    if (core.settings === undefined) throw error
    const cookie = cookieToRenewBy(core, request, error)
    if (cookie === undefined) throw error
    return renew(core, request, cookie, requirements)
  }
  return claims instanceof Promise ? judge(core, request, requirements, claims) : claims
}

async function judge(
  core: GuardCore,
  request: GuardRequest,
  requirements: PreparedRequirements,
  verifying: Promise<AccessClaims>,
): Promise<Verdict> {
  try {
    return { claims: await verifying, headers: none }
  } catch (error) {
    if (core.settings === undefined) return { error, headers: none }
    try {
      const cookie = cookieToRenewBy(core, request, error)
      if (cookie !== undefined) return await renew(core, request, cookie, requirements)
    } catch (refusal) {
      return { error: refusal, headers: none }
    }
    return { error, headers: none }
  }
}

/** @throws AuthError `csrf_refused` before anything is renewed for an unsafe request. */
function cookieToRenewBy(
  { settings }: HttpCore,
  request: GuardRequest,
  error: unknown,
): string | undefined {
  if (!settings.renewInGuard) return undefined
  if (!(error instanceof AuthError) || !renewable.has(error.code)) return undefined
  // Bearer mode reads no cookie.
  if (bearerToken(request.header('authorization')) !== undefined) return undefined
  // Only the form for every path: where pages are, the other one can only have been planted.
  const cookie = readCookie(request.header('cookie'), cookieName(settings, 'refresh'))
  if (cookie !== undefined && !isSafeMethod(request.method)) requireOwnRequest(settings, request)
  return cookie
}

async function renew(
  core: HttpCore,
  request: GuardRequest,
  cookie: string,
  requirements: PreparedRequirements,
): Promise<Verdict> {
  const { context, settings } = core
  let headers: HeaderValues
  let claims: AccessClaims
  try {
    const { refresh } = await core.load.refresh()
    const tokens = await refresh(context, cookie, { limitForks: false })
    headers = {
      'Set-Cookie': [...otherFormCleared(settings, request), ...tokenCookies(settings, tokens)],
      'Cache-Control': 'no-store',
    }
    // As for any token: its session may have ended since, and the next request finds it verified.
    claims = await verifyRequired(core, tokens.accessToken, requirements)
  } catch (error) {
    const cleared = cookiesAfterRefusal(settings, error)
    return { error, headers: cleared.length === 0 ? none : { 'Set-Cookie': cleared } }
  }
  try {
    return { claims: checkRequirements(core, claims, requirements), headers }
  } catch (error) {
    return { error, headers }
  }
}
