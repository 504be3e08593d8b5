/** The guard on plain `node:http`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TokenChecker } from '../http/core.ts'
import { type GuardRequirements, guard, prepareRequirements } from '../http/guard.ts'
import { problemResponse } from '../http/problem.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { guardRequest } from './request.ts'
import { sendResponse } from './send.ts'

/**
 * Verifies a request's access token.
 *
 * @returns the claims, or undefined when the request was refused and has been answered. At once for
 * a token that was verified before, else a promise; `await` does for both.
 */
export type NodeGuard = (
  request: IncomingMessage,
  response: ServerResponse,
) => AccessClaims | undefined | Promise<AccessClaims | undefined>

export function requireAuth(auth: TokenChecker, requirements?: GuardRequirements): NodeGuard {
  const prepared = prepareRequirements(requirements, auth.http.core)
  return (request, response) => {
    const refuse = (error: unknown): undefined => {
      sendResponse(request, response, problemResponse(error))
      return undefined
    }
    try {
      const claims = guard(auth.http.core, guardRequest(request), prepared)
      return claims instanceof Promise ? claims.catch(refuse) : claims
    } catch (error) {
      return refuse(error)
    }
  }
}
