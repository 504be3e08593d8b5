/** The guard on Fastify: hooks that put the claims into `request.auth`, or answer 401 and 403. */

import type { IncomingMessage } from 'node:http'
import { AuthError } from '../errors.ts'
import type { TokenChecker } from '../http/core.ts'
import { type GuardRequirements, guard, prepareRequirements } from '../http/guard.ts'
import { problemResponse } from '../http/problem.ts'
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

/**
 * Makes a hook that lets only verified access tokens pass.
 *
 * As `onRequest` it refuses before the body is read. A token that was verified before costs no
 * promise, no store and no signature.
 */
export function requireAuth(auth: TokenChecker, requirements?: GuardRequirements): FastifyGuard {
  const prepared = prepareRequirements(requirements, auth.http.core)
  return (request: Guarded, reply, done) => {
    const pass = (claims: AccessClaims): void => {
      request.auth = claims
      request[verifiedClaims] = claims
      done()
    }
    const refuse = (error: unknown): void => sendReply(request.raw, reply, problemResponse(error))
    let claims: AccessClaims | Promise<AccessClaims>
    try {
      claims = guard(auth.http.core, guardRequest(request.raw), prepared)
    } catch (error) {
      refuse(error)
      return
    }
    if (claims instanceof Promise) claims.then(pass, refuse)
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
