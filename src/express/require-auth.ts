/** The guard on Express: puts the claims into `req.auth`, or answers 401 and 403 itself. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { AuthError } from '../errors.ts'
import { checkAuth, checkOwnerOf } from '../http/checked-input.ts'
import type { TokenChecker } from '../http/core.ts'
import { type GuardRequirements, prepareGuard } from '../http/guard.ts'
import { guardWithRenewal, type Verdict } from '../http/guard-with-renewal.ts'
import { carryHeaders } from '../node/carry-headers.ts'
import {
  asAuthError,
  createRefusal,
  type RefusalOptions,
  refusalShapes,
  refuseWithProblem,
} from '../node/refusal.ts'
import { guardRequest } from '../node/request.ts'
import { kinds } from '../shapes/option-shapes.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { ExpressHandler } from './auth-router.ts'

declare global {
  // biome-ignore lint/style/noNamespace: the one way that Express offers to type its request.
  namespace Express {
    interface Request {
      /** The verified access token; there on routes behind `requireAuth`, and only there. */
      auth: AccessClaims
    }
  }
}

// Other middleware writes `req.auth` too; what was verified here is known by this key alone.
const verified = Symbol('countersign claims')

type Guarded = IncomingMessage & { auth?: AccessClaims }

/** Names its request, since an application may give the same `locals` to several responses. */
interface Verified {
  readonly request: IncomingMessage
  readonly claims: AccessClaims
}

type Marked = { [verified]?: Verified }
type Answering = ServerResponse & { readonly locals?: Marked } & Marked

// On Node.js 20 every property that is put on Express's request or response costs a hidden class of its own
// (decision 0025); `locals` takes one for nothing. An application may have put in its place what takes none.
const markedOf = (response: Answering): Marked =>
  Object.isExtensible(response.locals) ? (response.locals as Marked) : response

function claimsOf(request: IncomingMessage, response: Answering): AccessClaims | undefined {
  const mark = markedOf(response)[verified]
  return mark?.request === request ? mark.claims : undefined
}

export interface ExpressGuardOptions extends GuardRequirements, RefusalOptions {
  /**
   * Answers a refused request, or hands `error` (it has `status`, `code` and a `message` that may be
   * shown) to Express with `next(error)`; called for what `loginPage` does not answer.
   * @default problem details (RFC 9457)
   */
  onRefused?(
    error: AuthError,
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void
}

/**
 * Makes a middleware that lets only verified access tokens pass.
 *
 * A token that was verified before costs no promise, no store and no signature. With
 * `cookies.renewInGuard` an expired or vanished access cookie is renewed before any page code runs.
 *
 * @throws TypeError for options that there are not or that cannot be meant.
 */
export function requireAuth(auth: TokenChecker, options: ExpressGuardOptions = {}): ExpressHandler {
  const prepared = prepareGuard(auth, options, { ...refusalShapes, onRefused: kinds.function })
  const { loginPage, onRefused } = options
  const answerRefusal = createRefusal({ loginPage })

  const refuse: Refuse = (error, request, response, next) => {
    const answer = (): void => {
      try {
        onRefused?.(asAuthError(error), request, response, next)
      } catch (mistake) {
        next(mistake)
      }
    }
    answerRefusal(request, response, error, onRefused && answer)
  }

  return (request, response, next) => {
    let claims: AccessClaims | Promise<Verdict>
    try {
      claims = guardWithRenewal(auth.http.core, guardRequest(request), prepared)
    } catch (error) {
      refuse(error, request, response, next)
      return
    }
    if (!(claims instanceof Promise)) {
      pass(claims, request, response, next)
      return
    }
    claims.then((verdict) => {
      carryHeaders(response, verdict.headers)
      if ('claims' in verdict) pass(verdict.claims, request, response, next)
      else refuse(verdict.error, request, response, next)
    })
  }
}

type Next = (error?: unknown) => void
type Refuse = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: Next,
) => void

function pass(claims: AccessClaims, request: Guarded, response: Answering, next: Next): void {
  request.auth = claims
  markedOf(response)[verified] = { request, claims }
  next()
}

/** What a rule of ownership reads of Express's request, which fits it. */
export interface OwnedRequest extends IncomingMessage {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly auth: AccessClaims
}

/**
 * Makes a middleware that lets people touch only what is theirs; it verifies the access token too,
 * where `requireAuth` has not done so before it.
 *
 * @param ownerOf returns the id of the account that owns what the request names, or a promise of
 * it. No owner is 403, the same as somebody else; an error of its own goes to Express.
 */
export function requireOwner<R extends IncomingMessage = OwnedRequest>(
  auth: TokenChecker,
  ownerOf: (request: R) => string | null | undefined | Promise<string | null | undefined>,
): (request: R, response: ServerResponse, next: (error?: unknown) => void) => void {
  checkAuth('requireOwner', auth, 'tokens')
  checkOwnerOf(ownerOf)
  const verify = requireAuth(auth)
  const checkOwner = async (request: R, response: ServerResponse): Promise<boolean> => {
    const claims = claimsOf(request, response)
    const ownerId = await ownerOf(request)
    return typeof ownerId === 'string' && ownerId === claims?.sub
  }
  return (request, response, next) => {
    const check = (error?: unknown): void => {
      if (error !== undefined) {
        next(error)
        return
      }
      checkOwner(request, response).then((owns) => {
        if (owns) next()
        else refuseWithProblem(request, response, new AuthError('forbidden'))
      }, next)
    }
    if (claimsOf(request, response) === undefined) verify(request, response, check)
    else check()
  }
}
