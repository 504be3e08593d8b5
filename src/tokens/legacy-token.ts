/**
 * Access tokens that the application issued before: JWTs of one secret and one HMAC algorithm.
 *
 * Shares no key with tokens of ours, and no type: what names `at+jwt`, a `kid` or an extension is
 * none of these (RFC 8725 §3.1, §3.11, §3.12). Says nothing about the account.
 */

export { isUuid } from '../crypto/uuid.ts'

import { createHmac, timingSafeEqual } from 'node:crypto'
import { AuthError } from '../errors.ts'
import { parseCompactJws, type UnverifiedJws } from './jws-format.ts'
import { nodeSignatures } from './node-signatures.ts'
import { refuseToken } from './refuse-token.ts'
import { type JsonObject, parseStrictJsonObject } from './strict-json.ts'

export type LegacyAlgorithm = 'HS256' | 'HS384' | 'HS512'

export interface LegacyTokenOptions {
  readonly secret: string
  readonly algorithm: LegacyAlgorithm
  readonly leewaySeconds: number
}

/** RFC 7518 §3.2. */
const digests = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const

/**
 * Verifies form, signature and times; `exp` need not be there.
 *
 * @throws AuthError `invalid_token`; `token_expired` when nothing but the age is wrong.
 */
export function verifyLegacyToken(
  token: string,
  options: LegacyTokenOptions,
  nowMilliseconds: number,
): JsonObject {
  const { header, ...segments } = parseCompactJws(token, nodeSignatures.decode)
  const { alg, typ } = header
  if (alg !== options.algorithm) refuseToken('alg is not that of the legacy secret')
  if (Object.hasOwn(header, 'kid')) refuseToken('a legacy token has no kid')
  if (typ !== undefined && typ !== 'JWT') refuseToken('typ is not JWT')
  if (!isSigned(segments, options)) refuseToken('signature')
  const claims = parseStrictJsonObject(segments.payload)
  if (claims === undefined) refuseToken('claims are not a strict JSON object')
  checkTimes(claims, options.leewaySeconds, nowMilliseconds / 1000)
  return claims
}

function isSigned(segments: UnverifiedJws, { secret, algorithm }: LegacyTokenOptions): boolean {
  const expected = createHmac(digests[algorithm], secret).update(segments.signed).digest()
  const presented = segments.signature
  return presented.length === expected.length && timingSafeEqual(presented, expected)
}

function checkTimes({ exp, iat, nbf }: JsonObject, leeway: number, now: number): void {
  for (const time of [exp, iat, nbf]) {
    if (time !== undefined && !(Number.isFinite(time) && (time as number) >= 0)) {
      refuseToken('a time is no number')
    }
  }
  for (const start of [iat, nbf] as (number | undefined)[]) {
    if (start !== undefined && start > now + leeway) refuseToken('issued in the future')
  }
  if (exp !== undefined && now >= (exp as number) + leeway) throw new AuthError('token_expired')
}
