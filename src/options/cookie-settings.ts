/** The options of cookies, checked. */

import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface CookieSettings {
  readonly renewInGuard: boolean
}

export function resolveCookies(
  { cookies = {}, session = {} }: AuthOptions,
  { mistakes }: Checks,
): CookieSettings {
  const { renewInGuard = false } = cookies
  if (typeof renewInGuard !== 'boolean') {
    mistakes.push(`cookies.renewInGuard must be true or false, got '${renewInGuard}'`)
  } else if (renewInGuard && session.rotation === 'strict') {
    // Parallel page requests all present one token, which strict rotation takes for theft.
    mistakes.push("cookies.renewInGuard cannot be used with session.rotation 'strict'")
  }
  return { renewInGuard }
}
