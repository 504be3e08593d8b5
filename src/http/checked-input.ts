/** What a programmer hands to an adapter, checked when it is made and not with the first request. */

import { isPromise, kindOf } from '../shapes/shown.ts'

/**
 * Checks the first argument of an adapter's function.
 *
 * @param needs 'routes' where only an `Auth` will do, which a verifier is not.
 * @throws TypeError that says what was given; a promise most often, for want of an `await`.
 */
export function checkAuth(name: string, auth: unknown, needs: 'routes' | 'tokens'): void {
  const http = isObject(auth) && isObject(auth.http) ? auth.http : {}
  const checksTokens = isObject(http.core)
  if (checksTokens && (needs === 'tokens' || typeof http.handle === 'function')) return
  const wanted = needs === 'routes' ? 'createAuth()' : 'createAuth() or createVerifier()'
  const given = checksTokens ? 'a verifier, which has no routes' : kindOf(auth)
  const missing = isObject(auth) && isPromise(auth) ? ': await it first' : ''
  throw new TypeError(`${name} needs what ${wanted} returns, got ${given}${missing}`)
}

/** @throws TypeError for what is no function of a request. */
export function checkOwnerOf(ownerOf: unknown): void {
  if (typeof ownerOf === 'function') return
  throw new TypeError(
    `requireOwner needs a function that returns the owner's id, got ${kindOf(ownerOf)}`,
  )
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
