/** The guard on plain `node:http`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthError } from '../errors.ts'
import type { TokenChecker } from '../http/core.ts'
import { type GuardRequirements, prepareGuard } from '../http/guard.ts'
import { guardWithRenewal, type Verdict } from '../http/guard-with-renewal.ts'
import { kinds } from '../shapes/option-shapes.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { carryHeaders } from './carry-headers.ts'
import { type HeadersOf, presentHeaders } from './headers.ts'
import { asAuthError, createRefusal, type RefusalOptions, refusalShapes } from './refusal.ts'
import { guardRequest } from './request.ts'

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

export interface NodeGuardOptions extends GuardRequirements, RefusalOptions {
  /**
   * Writes the whole answer to a refused request, for instance a page; called for what `loginPage`
   * does not answer. @default problem details (RFC 9457)
   */
  onRefused?(error: AuthError, request: IncomingMessage, response: ServerResponse): void
}

/** @throws TypeError for options that there are not or that cannot be meant. */
export function requireAuth(auth: TokenChecker, options: NodeGuardOptions = {}): NodeGuard {
  return createGuard(auth, presentHeaders, options)
}

/** As `requireAuth`, for a server that says which headers count. */
export function createGuard(
  auth: TokenChecker,
  headersOf: HeadersOf,
  options: NodeGuardOptions = {},
): NodeGuard {
  const prepared = prepareGuard(auth, options, { ...refusalShapes, onRefused: kinds.function })
  const { loginPage, onRefused } = options
  const answerRefusal = createRefusal({ loginPage })
  return (request, response) => {
    const refuse = (error: unknown): undefined => {
      const answer = onRefused && (() => onRefused(asAuthError(error), request, response))
      answerRefusal(request, response, error, answer)
      return undefined
    }
    const judged = (verdict: Verdict): AccessClaims | undefined => {
      carryHeaders(response, verdict.headers)
      return 'claims' in verdict ? verdict.claims : refuse(verdict.error)
    }
    try {
      const claims = guardWithRenewal(auth.http.core, guardRequest(request, headersOf), prepared)
      return claims instanceof Promise ? claims.then(judged) : claims
    } catch (error) {
      return refuse(error)
    }
  }
}
