/** The guard on web-standard requests: claims, or the `Response` that refuses. */

import { carriedHeaders } from '../http/carried-headers.ts'
import type { TokenChecker } from '../http/core.ts'
import { type GuardRequirements, prepareGuard } from '../http/guard.ts'
import { guardWithRenewal, type Verdict } from '../http/guard-with-renewal.ts'
import { problemResponse } from '../http/problem.ts'
import { type HeaderValues, withHeaders } from '../http/response.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { type HeaderLine, headerLines } from './carry-headers.ts'
import { type GuardableRequest, guardRequest } from './request.ts'
import { webResponse } from './response.ts'

export type { GuardableRequest } from './request.ts'

export type GuardVerdict =
  | {
      /** The verified access token. */
      readonly claims: AccessClaims
      /** What the application's answer must carry (`carryHeaders`): renewed cookies; mostly none. */
      readonly headers: readonly HeaderLine[]
      readonly response?: undefined
    }
  | {
      /** The answer to a request that was refused. */
      readonly response: Response
      readonly claims?: undefined
      readonly headers?: undefined
    }

/**
 * Verifies a request's access token. At once for a token that was verified before, else a promise;
 * `await` does for both. Never throws; reads no body.
 */
export type FetchGuard = (request: GuardableRequest) => GuardVerdict | Promise<GuardVerdict>

const noHeaders: readonly HeaderLine[] = Object.freeze([])

/**
 * Makes a guard.
 *
 * ```ts
 * const verify = requireAuth(auth, { roles: ['admin'] })
 * const { claims, headers, response } = await verify(request)
 * if (response) return response
 * return carryHeaders(await page(claims), headers)
 * ```
 *
 * With `cookies.renewInGuard` an expired or vanished access cookie is renewed here; the new cookies
 * are in `headers`, or on `response` where the request is refused all the same.
 *
 * @throws TypeError for requirements that there are not or that no token can meet.
 */
export function requireAuth(auth: TokenChecker, requirements?: GuardRequirements): FetchGuard {
  const prepared = prepareGuard(auth, requirements)
  const pass = (claims: AccessClaims): GuardVerdict => ({ claims, headers: noHeaders })
  return (request) => {
    const refuse = (error: unknown, headers: HeaderValues = {}): GuardVerdict => {
      const refusal = withHeaders(problemResponse(error), carriedHeaders(headers))
      return { response: webResponse(request.method, refusal) }
    }
    const judged = (verdict: Verdict): GuardVerdict =>
      'claims' in verdict
        ? { claims: verdict.claims, headers: headerLines(verdict.headers) }
        : refuse(verdict.error, verdict.headers)
    try {
      const claims = guardWithRenewal(auth.http.core, guardRequest(request), prepared)
      return claims instanceof Promise ? claims.then(judged) : pass(claims)
    } catch (error) {
      return refuse(error)
    }
  }
}
