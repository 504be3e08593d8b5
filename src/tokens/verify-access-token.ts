/**
 * Access tokens are judged here: form, key, signature, claims, expiry, in this order (RFC 9068 §4).
 *
 * Whether the session still lives is for `verifier/` to say.
 */

import { AuthError } from '../errors.ts'
import {
  type AccessClaims,
  claimsProblem,
  type ExpectedClaims,
  expiresAtSeconds,
  maximumLifetimeSeconds,
} from './claims.ts'
import { parseAccessTokenJws } from './jws-format.ts'
import { refuseToken } from './refuse-token.ts'
import type { SigningKeys } from './signing-keys.ts'
import { parseStrictJsonObject } from './strict-json.ts'
import { verifySignature } from './verify-signature.ts'

export interface AccessTokenVerificationOptions extends ExpectedClaims {
  readonly keys: Pick<SigningKeys, 'find'>
  /** Lifetime of the tokens that are issued now; older ones live no longer. @default 24 hours */
  readonly lifetimeSeconds?: number
}

export type AccessTokenVerification = (
  token: string,
  nowMilliseconds: number,
) => Promise<AccessClaims>

const maximumLeewaySeconds = 60

/**
 * Makes the function that verifies an access token. Its result is frozen, all the way down.
 *
 * It throws AuthError `invalid_token`; `token_expired` when nothing but the age is wrong;
 * `temporarily_unavailable` when the kid is unknown and the key store cannot be asked.
 */
export function createAccessTokenVerification(
  options: AccessTokenVerificationOptions,
): AccessTokenVerification {
  const { keys, leewaySeconds, lifetimeSeconds = maximumLifetimeSeconds } = options
  if (!(leewaySeconds >= 0 && leewaySeconds <= maximumLeewaySeconds)) {
    throw new TypeError('leewaySeconds must be from 0 to 60')
  }
  return async (token, nowMilliseconds) => {
    const jws = parseAccessTokenJws(token)
    const key = await keys.find(jws.kid)
    if (key === undefined) refuseToken('unknown kid')
    const claims = parseStrictJsonObject(await verifySignature(jws, key))
    if (claims === undefined) refuseToken('claims are not a strict JSON object')
    const problem = claimsProblem(claims, options, nowMilliseconds)
    if (problem !== undefined) refuseToken(`claim ${problem}`)
    const accessClaims = claims as AccessClaims
    const endSeconds = expiresAtSeconds(accessClaims, lifetimeSeconds) + leewaySeconds
    if (nowMilliseconds >= endSeconds * 1000) {
      throw new AuthError('token_expired')
    }
    return deepFreeze(accessClaims)
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}
