/**
 * The refresh cookie in its two forms: for the mount point, or with `renewInGuard` for every path.
 *
 * When the option is switched, browsers still hold the other form. Either is read wherever it is
 * sent, so nobody is logged out, and it is cleared, so none is left over (decision 0009). Of the
 * device cookie either form is read too; one that is left over does no harm.
 */

import { AuthError, type ErrorCode } from '../errors.ts'
import type { GenuineRefreshToken } from '../tokens/refresh-token.ts'
import {
  type CookieKind,
  clearedCookies,
  clearedRefreshCookie,
  cookieName,
  readCookies,
} from './cookies.ts'
import type { HttpCore } from './core.ts'
import type { GuardRequest } from './request.ts'
import { type HttpResponse, withHeaders } from './response.ts'
import type { HttpSettings } from './settings.ts'

const otherForm = (settings: HttpSettings): HttpSettings => ({
  ...settings,
  renewInGuard: !settings.renewInGuard,
})

/** All values of a cookie, in the form that is set now and in the other. */
export function bothForms(
  settings: HttpSettings,
  request: GuardRequest,
  kind: CookieKind,
): readonly string[] {
  const header = request.header('cookie')
  const names = [cookieName(settings, kind), cookieName(otherForm(settings), kind)]
  return [...new Set(names.flatMap((name) => readCookies(header, name)))]
}

/** All refresh cookies: of two, one was planted, and nobody may be kept from logging in or out. */
export const refreshCookies = (settings: HttpSettings, request: GuardRequest): readonly string[] =>
  bothForms(settings, request, 'refresh')

/**
 * The refresh cookie to refresh by. Of two of one session it is the newer: the older one is a
 * remnant of the other form, and would pass for a replay. Else the form that is set now wins.
 *
 * @throws AuthError `invalid_request` for two cookies of one name and different sessions: one of
 * them was planted, and guessing which would be worse than refusing.
 */
export function presentedRefreshCookie(core: HttpCore, request: GuardRequest): string | undefined {
  const all = refreshCookies(core.settings, request)
  if (all.length <= 1) return all[0]
  const newest = newestOfOneSession(core, all)
  if (newest !== undefined) return newest
  const name = cookieName(core.settings, 'refresh')
  const [first, second] = readCookies(request.header('cookie'), name)
  if (first !== undefined && second === undefined) return first
  throw new AuthError('invalid_request', { message: `The cookie ${name} was sent twice.` })
}

function newestOfOneSession({ context }: HttpCore, cookies: readonly string[]): string | undefined {
  let newest: { readonly cookie: string; readonly token: GenuineRefreshToken } | undefined
  for (const cookie of cookies) {
    const token = context.refreshTokens.open(cookie)
    if (token === undefined) return undefined
    if (newest !== undefined && token.sessionId !== newest.token.sessionId) return undefined
    if (newest === undefined || token.generation > newest.token.generation) {
      newest = { cookie, token }
    }
  }
  return newest?.cookie
}

/**
 * Clears the form that is not set now: for the mount point always, since other paths do not see
 * it; for every path when the request carried it.
 */
export function otherFormCleared(settings: HttpSettings, request: GuardRequest): readonly string[] {
  const other = otherForm(settings)
  if (settings.renewInGuard) return [clearedRefreshCookie(other)]
  const found = readCookies(request.header('cookie'), cookieName(other, 'refresh'))
  // On this machine both forms have one name, so only two values tell that there are two.
  const isThere = settings.secureCookies ? found.length > 0 : found.length > 1
  return isThere ? [clearedRefreshCookie(other)] : []
}

/** To a response that sets or clears the refresh cookie: clears the other form, before it. */
export function withOtherFormCleared(
  settings: HttpSettings,
  request: GuardRequest,
  response: HttpResponse,
): HttpResponse {
  const set = response.headers['Set-Cookie']
  if (set === undefined) return response
  const lines = [set].flat()
  const start = `${cookieName(settings, 'refresh')}=`
  if (!lines.some((line) => line.startsWith(start))) return response
  const cleared = otherFormCleared(settings, request)
  if (cleared.length === 0) return response
  return withHeaders(response, { 'Set-Cookie': [...cleared, ...lines] })
}

// Neither an outage, nor a limit, nor a late answer may look like a log-out. `session_ended` is not
// here either: the act that ended the session may have set new cookies already (decision 0011).
const endsCookies: ReadonlySet<ErrorCode> = new Set([
  'refresh_token_invalid',
  'refresh_token_expired',
  'refresh_token_replayed',
  'refresh_token_not_adopted',
])

/** What a refused refresh by cookie does to the cookies: clears both, or nothing. */
export function cookiesAfterRefusal(settings: HttpSettings, error: unknown): readonly string[] {
  if (!(error instanceof AuthError) || !endsCookies.has(error.code)) return []
  return clearedCookies(settings)
}
