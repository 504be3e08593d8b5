/**
 * The cookies (RFC 6265): an access cookie for every path; for the mount point a refresh cookie and a
 * device cookie, which outlives log-outs. Where the guard renews, all are for every path, and Lax: a
 * Strict one is not sent when somebody follows a link from elsewhere.
 *
 * HttpOnly always. The prefixes make browsers refuse a cookie that a subdomain or http would plant.
 */

import { AuthError } from '../errors.ts'
import type { IssuedTokens } from '../flows/context.ts'
import type { HttpSettings } from './settings.ts'

export type CookieKind = 'access' | 'refresh' | 'device'

/** A pair of tokens, after a log-in with the token of the device. */
export interface HandedTokens extends IssuedTokens {
  readonly deviceToken?: string | undefined
}

export function cookieName(settings: HttpSettings, kind: CookieKind): string {
  if (!settings.secureCookies) return `${kind}_token`
  const everywhere = kind === 'access' || settings.renewInGuard
  return everywhere ? `__Host-${kind}_token` : `__Secure-${kind}_token`
}

/**
 * Finds one cookie in a Cookie header.
 *
 * @throws AuthError `invalid_request` when it is there twice with different values: one of them was
 * planted, and guessing which would be worse than refusing.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const [first, second] = allValues(header, name)
  if (second === undefined) return first === '' ? undefined : first
  throw new AuthError('invalid_request', { message: `The cookie ${name} was sent twice.` })
}

/** All different values of a cookie that are not empty; usually there is one. */
export const readCookies = (header: string | undefined, name: string): readonly string[] =>
  allValues(header, name).filter((value) => value !== '')

function allValues(header: string | undefined, name: string): readonly string[] {
  if (header === undefined) return none
  const values = new Set<string>()
  let start = 0
  while (start < header.length) {
    let end = header.indexOf(';', start)
    if (end === -1) end = header.length
    while (header[start] === ' ') start += 1
    if (header.startsWith(name, start) && header[start + name.length] === '=') {
      values.add(header.slice(start + name.length + 1, end).trim())
    }
    start = end + 1
  }
  return [...values]
}

const none: readonly string[] = []

/** Browsers keep no cookie with a longer name and value, and none for a longer time (RFC 6265bis). */
const mostCookieBytes = 4096
const mostCookieAgeSeconds = 400 * 86_400

/** @throws TypeError when browsers would drop the access cookie: the claims are too many. */
export function tokenCookies(settings: HttpSettings, tokens: HandedTokens): readonly string[] {
  return [
    setCookie(settings, 'access', tokens.accessToken, tokens.expiresIn),
    setCookie(settings, 'refresh', tokens.refreshToken, tokens.refreshExpiresIn),
    ...(tokens.deviceToken === undefined
      ? []
      : [setCookie(settings, 'device', tokens.deviceToken, deviceCookieSeconds)]),
  ]
}

/** 400 days: browsers keep no cookie for longer, and the token in it is good for no longer. */
const deviceCookieSeconds = 400 * 86_400

export const clearedCookies = (settings: HttpSettings): readonly string[] => [
  setCookie(settings, 'access', '', 0),
  setCookie(settings, 'refresh', '', 0),
]

/** Clears the refresh cookie alone. */
export const clearedRefreshCookie = (settings: HttpSettings): string =>
  setCookie(settings, 'refresh', '', 0)

function setCookie(
  settings: HttpSettings,
  kind: CookieKind,
  value: string,
  maxAgeSeconds: number,
): string {
  const [path, sameSite] =
    kind === 'access' || settings.renewInGuard
      ? ['/', 'Lax']
      : [settings.basePath === '' ? '/' : settings.basePath, 'Strict']
  const secure = settings.secureCookies ? '; Secure' : ''
  const maxAge = Math.min(maxAgeSeconds, mostCookieAgeSeconds)
  const attributes = `Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}${secure}`
  const name = cookieName(settings, kind)
  // Dropped without a word it would look like a log-out. Names and tokens are ASCII.
  const bytes = name.length + value.length
  if (bytes > mostCookieBytes) {
    throw new TypeError(
      `The ${kind} cookie would have ${bytes} bytes, and browsers keep ${mostCookieBytes}: ` +
        'give the account fewer roles and scopes, or return fewer claims.',
    )
  }
  return `${name}=${value}; ${attributes}`
}
