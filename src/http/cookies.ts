/**
 * The two cookies (RFC 6265): an access cookie for every path, a refresh cookie for the mount point.
 * Where the guard renews, the refresh cookie is for every path too, and Lax: a Strict one is not
 * sent when somebody follows a link from elsewhere.
 *
 * HttpOnly always. The prefixes make browsers refuse a cookie that a subdomain or http would plant.
 */

import { AuthError } from '../errors.ts'
import type { IssuedTokens } from '../flows/context.ts'
import type { HttpSettings } from './settings.ts'

export type CookieKind = 'access' | 'refresh'

export function cookieName(settings: HttpSettings, kind: CookieKind): string {
  if (!settings.secureCookies) return `${kind}_token`
  const everywhere = kind === 'access' || settings.renewInGuard
  return everywhere ? `__Host-${kind}_token` : '__Secure-refresh_token'
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

export function tokenCookies(settings: HttpSettings, tokens: IssuedTokens): readonly string[] {
  return [
    setCookie(settings, 'access', tokens.accessToken, tokens.expiresIn),
    setCookie(settings, 'refresh', tokens.refreshToken, tokens.refreshExpiresIn),
  ]
}

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
  const attributes = `Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`
  return `${cookieName(settings, kind)}=${value}; ${attributes}`
}
