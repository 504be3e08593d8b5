/** The options of cookies, checked. */

import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface CookieSettings {
  readonly renewInGuard: boolean
}

export function resolveCookies(
  { cookies = {}, session = {} }: AuthOptions,
  { mistakes, flag }: Checks,
): CookieSettings {
  const { renewInGuard: given = false } = cookies
  const renewInGuard = flag('cookies.renewInGuard', given)
  if (renewInGuard && session.rotation === 'strict') {
    // Parallel page requests all present one token, which strict rotation takes for theft.
    mistakes.push("cookies.renewInGuard cannot be used with session.rotation 'strict'")
  }
  return { renewInGuard }
}
