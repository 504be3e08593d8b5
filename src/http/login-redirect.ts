/** Sends a browser whose page needs a log-in to the log-in page, and names the way back. */

import { AuthError } from '../errors.ts'
import { shown } from '../shapes/shown.ts'
import type { GuardRequest } from './request.ts'
import { emptyResponse, type HttpResponse } from './response.ts'

/** A longer target is not worth a way back, and could overflow the limits of proxies. */
const longestTarget = 1024

/** @throws TypeError for a log-in page that is not a path of this site. */
export function checkLoginPage(loginPage: string | undefined): void {
  if (loginPage === undefined) return
  if (typeof loginPage === 'string' && /^\/(?![/\\])[^\s\\#]*$/.test(loginPage)) return
  throw new TypeError(`loginPage must be a path such as '/login', got ${shown(loginPage)}`)
}

/** An answer that a browser follows with GET, whatever it asked (RFC 9110 §15.4.4). */
function seeOther(location: string): HttpResponse {
  return { ...emptyResponse({ Location: location }), status: 303 }
}

/**
 * Answers a browser that asked for a page: 303 to the log-in page, with `returnTo` where it read.
 *
 * @param target path and query of the request, as it came.
 * @returns undefined for what is no matter of a log-in (only a 401 is), and for programs, which a
 * page would not help.
 */
export function loginRedirect(
  loginPage: string,
  request: GuardRequest,
  target: string,
  error: unknown,
): HttpResponse | undefined {
  if (!(error instanceof AuthError) || error.status !== 401) return undefined
  if (!request.header('accept')?.includes('text/html')) return undefined
  // What a form has sent is lost; its target alone answers no GET.
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead || target.length > longestTarget) return seeOther(loginPage)
  const separator = loginPage.includes('?') ? '&' : '?'
  return seeOther(`${loginPage}${separator}returnTo=${encodeURIComponent(target)}`)
}
