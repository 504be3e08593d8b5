/** The guard on Fastify: hooks that put the claims into `request.auth`, or answer 401 and 403. */

import type { IncomingMessage } from 'node:http'
import { AuthError } from '../errors.ts'
import { checkAuth, checkOwnerOf } from '../http/checked-input.ts'
import type { TokenChecker } from '../http/core.ts'
import { type GuardRequirements, prepareGuard } from '../http/guard.ts'
import { guardWithRenewal, type Verdict } from '../http/guard-with-renewal.ts'
import { checkLoginPage, loginRedirect } from '../http/login-redirect.ts'
import { problemResponse } from '../http/problem.ts'
import { carryHeaders } from '../node/carry-headers.ts'
import { type RefusalOptions, refusalShapes } from '../node/refusal.ts'
import { guardRequest } from '../node/request.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { type Reply, sendReply } from './send.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The verified access token; there on routes behind `requireAuth`, and only there. */
    auth: AccessClaims
  }
}

/** The part of Fastify's request that the guard reads; requests of all routes fit it. */
export interface RawRequest {
  readonly raw: IncomingMessage
}

/** A hook for `onRequest`, `preValidation` or `preHandler`. */
export type FastifyGuard = (
  request: RawRequest,
  reply: Reply,
  done: (error?: Error) => void,
) => void

// Others may write `request.auth` too; what was verified here is known by this key alone.
const verifiedClaims = Symbol('countersign claims')

type Guarded = RawRequest & { auth?: AccessClaims; [verifiedClaims]?: AccessClaims }

export interface FastifyGuardOptions extends GuardRequirements, RefusalOptions {}

/**
 * Makes a hook that lets only verified access tokens pass.
 *
 * As `onRequest` it refuses before the body is read. A token that was verified before costs no
 * promise, no store and no signature. With `cookies.renewInGuard` an expired or vanished access
 * cookie is renewed before any page code runs.
 *
 * @throws TypeError for options that there are not or that cannot be meant.
 */
export function requireAuth(auth: TokenChecker, options: FastifyGuardOptions = {}): FastifyGuard {
  const prepared = prepareGuard(auth, options, refusalShapes)
  const { loginPage } = options
  checkLoginPage(loginPage)
  return (request: Guarded, reply, done) => {
    const pass = (claims: AccessClaims): void => {
      request.auth = claims
      request[verifiedClaims] = claims
      done()
    }
    const refuse = (error: unknown): void => {
      const target = request.raw.url ?? '/'
      const redirect =
        loginPage && loginRedirect(loginPage, guardRequest(request.raw), target, error)
      sendReply(request.raw, reply, redirect || problemResponse(error))
    }
    const judged = (verdict: Verdict): void => {
      carryHeaders(reply.raw, verdict.headers)
      if ('claims' in verdict) pass(verdict.claims)
      else refuse(verdict.error)
    }
    let claims: AccessClaims | Promise<Verdict>
    try {
      claims = guardWithRenewal(auth.http.core, guardRequest(request.raw), prepared)
    } catch (error) {
      refuse(error)
      return
    }
    if (claims instanceof Promise) claims.then(judged)
    else pass(claims)
  }
}

/** What a rule of ownership reads of Fastify's request. */
export interface OwnedRequest extends RawRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  /** There in a `preHandler` hook; an `onRequest` hook runs before the body is read. */
  readonly body?: unknown
  readonly auth: AccessClaims
}

/**
 * Makes a hook that lets people touch only what is theirs; it verifies the access token too, where
 * `requireAuth` has not done so before it.
 *
 * @param ownerOf returns the id of the account that owns what the request names, or a promise of
 * it. No owner is 403, the same as somebody else; an error of its own goes to Fastify. The type of
 * its parameter is taken on trust, as Fastify does with the types of a route.
 */
export function requireOwner<R = OwnedRequest>(
  auth: TokenChecker,
  ownerOf: (request: R) => string | null | undefined | Promise<string | null | undefined>,
): FastifyGuard {
  checkAuth('requireOwner', auth, 'tokens')
  checkOwnerOf(ownerOf)
  const verify = requireAuth(auth)
  const checkOwner = async (request: Guarded): Promise<boolean> => {
    const ownerId = await ownerOf(request as unknown as R)
    return typeof ownerId === 'string' && ownerId === request[verifiedClaims]?.sub
  }
  return (request: Guarded, reply, done) => {
    const verified = (): void => {
      checkOwner(request).then((owns) => {
        if (owns) done()
        else sendReply(request.raw, reply, problemResponse(new AuthError('forbidden')))
      }, done)
    }
    if (request[verifiedClaims] === undefined) verify(request, reply, verified)
    else verified()
  }
}
