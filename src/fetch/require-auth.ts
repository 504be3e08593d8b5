/** The guard on web-standard requests: claims, or the `Response` that refuses. */

import type { TokenChecker } from '../http/core.ts'
import { type GuardRequirements, guard, prepareRequirements } from '../http/guard.ts'
import { problemResponse } from '../http/problem.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { type GuardableRequest, guardRequest } from './request.ts'
import { webResponse } from './response.ts'

export type { GuardableRequest } from './request.ts'

/** Name and value of a header that belongs on the application's own answer. */
export type HeaderLine = readonly [name: string, value: string]

export type GuardVerdict =
  | {
      /** The verified access token. */
      readonly claims: AccessClaims
      /** To be appended (not set) to the application's answer, cookies among them; often none. */
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
 * ```
 *
 * @throws TypeError for requirements that no token can meet.
 */
export function requireAuth(auth: TokenChecker, requirements?: GuardRequirements): FetchGuard {
  const prepared = prepareRequirements(requirements, auth.http.core)
  const pass = (claims: AccessClaims): GuardVerdict => ({ claims, headers: noHeaders })
  return (request) => {
    const refuse = (error: unknown): GuardVerdict => ({
      response: webResponse(request.method, problemResponse(error)),
    })
    try {
      const claims = guard(auth.http.core, guardRequest(request), prepared)
      return claims instanceof Promise ? claims.then(pass, refuse) : pass(claims)
    } catch (error) {
      return refuse(error)
    }
  }
}
