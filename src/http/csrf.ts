/**
 * Cross-site request forgery: which cookie-bearing requests are the application's own.
 *
 * Fetch Metadata with Origin as the fallback (OWASP CSRF). Browsers send at least one of the two
 * with every unsafe request; a client that sends neither, such as curl with cookies, sends Origin.
 */

import { AuthError } from '../errors.ts'
import type { GuardRequest } from './request.ts'
import { type HttpSettings, isKnownOrigin } from './settings.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export const isSafeMethod = (method: string): boolean => safeMethods.has(method)

export function isOwnRequest(settings: HttpSettings, request: GuardRequest): boolean {
  if (request.header('sec-fetch-site') === 'same-origin') return true
  const origin = request.header('origin')
  return origin !== undefined && isKnownOrigin(settings, origin)
}

/** @throws AuthError `csrf_refused` */
export function requireOwnRequest(settings: HttpSettings, request: GuardRequest): void {
  if (!isOwnRequest(settings, request)) throw new AuthError('csrf_refused')
}
