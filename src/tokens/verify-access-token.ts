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
import { createAccessTokenParser, type UnverifiedAccessToken } from './jws-format.ts'
import type { VerificationKey } from './key-set.ts'
import { refuseToken } from './refuse-token.ts'
import type { Signatures } from './signatures.ts'
import type { SigningKeys } from './signing-keys.ts'
import { parseStrictJsonObject } from './strict-json.ts'
import { verifySignature } from './verify-signature.ts'

export interface AccessTokenVerificationOptions extends ExpectedClaims {
  readonly keys: Pick<SigningKeys, 'find'>
  /** Of the runtime whose checks the keys have. */
  readonly decode: Signatures['decode']
  /** Lifetime of the tokens that are issued now; older ones live no longer. @default 24 hours */
  readonly lifetimeSeconds?: number
}

/** A promise where the key has to be looked up, or another thread checks the signature. */
export type AccessTokenVerification = (
  token: string,
  nowMilliseconds: number,
) => AccessClaims | Promise<AccessClaims>

const maximumLeewaySeconds = 60

/**
 * Makes the function that verifies an access token. Its result is frozen, all the way down.
 *
 * It throws, or rejects with, AuthError `invalid_token`; `token_expired` when nothing but the age is
 * wrong; `temporarily_unavailable` when the kid is unknown and the key store cannot be asked.
 */
export function createAccessTokenVerification(
  options: AccessTokenVerificationOptions,
): AccessTokenVerification {
  const { keys, decode, leewaySeconds, lifetimeSeconds = maximumLifetimeSeconds } = options
  if (!(leewaySeconds >= 0 && leewaySeconds <= maximumLeewaySeconds)) {
    throw new TypeError('leewaySeconds must be from 0 to 60')
  }
  const parse = createAccessTokenParser(decode)

  function judgeClaims(payload: Uint8Array, nowMilliseconds: number): AccessClaims {
    const claims = parseStrictJsonObject(payload)
    if (claims === undefined) refuseToken('claims are not a strict JSON object')
    const problem = claimsProblem(claims, options, nowMilliseconds)
    if (problem !== undefined) refuseToken(`claim ${problem}`)
    const accessClaims = claims as AccessClaims
    const endSeconds = expiresAtSeconds(accessClaims, lifetimeSeconds) + leewaySeconds
    if (nowMilliseconds >= endSeconds * 1000) throw new AuthError('token_expired')
    return accessClaims
  }

  function judge(
    jws: UnverifiedAccessToken,
    key: VerificationKey | undefined,
    nowMilliseconds: number,
  ): AccessClaims | Promise<AccessClaims> {
    if (key === undefined) refuseToken('unknown kid')
    const verified = verifySignature(jws, key)
    if (verified === true) return judgeClaims(jws.payload, nowMilliseconds)
    return verified.then(() => judgeClaims(jws.payload, nowMilliseconds))
  }

  return (token, nowMilliseconds) => {
    const jws = parse(token)
    const key = keys.find(jws.kid)
    if (!(key instanceof Promise)) return judge(jws, key, nowMilliseconds)
    return key.then((found) => judge(jws, found, nowMilliseconds))
  }
}
