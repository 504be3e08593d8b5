/**
 * Access tokens are made here: header and claims per RFC 9068 §2, signed by `sign-jws.ts`.
 *
 * `verify-access-token.ts` is the other side.
 */

import { toSeconds } from '../clock.ts'
import { createRandomSource } from '../crypto/random-source.ts'
import { type AccessClaims, maximumLifetimeSeconds } from './claims.ts'
import { maximumTokenLength } from './jws-format.ts'
import { createJwsSigner } from './sign-jws.ts'
import type { SigningKeys } from './signing-keys.ts'

/** The `client_id` of the application's own sessions; RFC 9068 §2.2 requires one. */
const firstPartyClientId = 'first-party'

/** Whom a token is for and what it says of them. */
export interface AccessSubject {
  /** The account's id. */
  readonly sub: string
  /** The session's id. */
  readonly sid: string
  readonly epoch: number
  /** When the owner last proved who they are, in milliseconds. */
  readonly authTime: number
  readonly amr: readonly string[]
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** The application's own claims; they never override the standard ones. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

export interface AccessTokenSignerOptions {
  readonly issuer: string
  readonly audience: string
  /** At most 24 hours. */
  readonly lifetimeSeconds: number
  readonly keys: Pick<SigningKeys, 'forSigning'>
}

export type AccessTokenSigner = (subject: AccessSubject, nowMilliseconds: number) => Promise<string>

/**
 * Makes the function that signs access tokens with the current key.
 *
 * It throws TypeError for a token that would be longer than any verifier accepts.
 */
export function createAccessTokenSigner(options: AccessTokenSignerOptions): AccessTokenSigner {
  const { issuer, audience, lifetimeSeconds, keys } = options
  if (!(lifetimeSeconds > 0 && lifetimeSeconds <= maximumLifetimeSeconds)) {
    throw new TypeError('lifetimeSeconds must be above 0 and at most 24 hours')
  }
  const sign = createJwsSigner('at+jwt')
  const random = createRandomSource()
  return async (subject, nowMilliseconds) => {
    const iat = toSeconds(nowMilliseconds)
    const standard: AccessClaims = {
      iss: issuer,
      sub: subject.sub,
      aud: audience,
      exp: iat + lifetimeSeconds,
      iat,
      jti: random(16).toString('base64url'),
      client_id: firstPartyClientId,
      sid: subject.sid,
      auth_time: toSeconds(subject.authTime),
      amr: subject.amr,
      roles: subject.roles,
      scope: subject.scopes.join(' '),
      epoch: subject.epoch,
    }
    // `nbf` would move the start, an own `toJSON` would replace the whole, `legacy` is no claim.
    const barred = { nbf: undefined, toJSON: undefined, legacy: undefined }
    const claims = subject.claims ? { ...subject.claims, ...barred, ...standard } : standard
    const token = await sign(JSON.stringify(claims), await keys.forSigning())
    if (token.length > maximumTokenLength) throw new TypeError('the claims make the token too long')
    return token
  }
}
