/**
 * The claims of an access token and the rules they must keep (RFC 9068 §2.2, §4; RFC 7519 §4.1).
 *
 * Pure: no key, no clock, no store.
 */

import type { JsonObject } from './strict-json.ts'

/** Verified claims. Times are whole seconds since 1970. */
export interface AccessClaims {
  readonly iss: string
  /** The account's id. */
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly jti: string
  readonly client_id: string
  /** The session's id. */
  readonly sid: string
  /** When the owner last proved who they are. */
  readonly auth_time: number
  /** How (RFC 8176). */
  readonly amr: readonly string[]
  readonly roles: readonly string[]
  /** Scopes, separated by spaces. */
  readonly scope: string
  /** The account's session epoch; a raised one ends every token with a lower. */
  readonly epoch: number
  /** Only in the claims of a token from before, which `acceptLegacy` let pass; it has no session. */
  readonly legacy?: true
  readonly [claim: string]: unknown
}

export interface ExpectedClaims {
  readonly issuer: string
  readonly audience: string
  /** Tolerated difference of clocks. */
  readonly leewaySeconds: number
}

/** Longest lifetime that a token may claim, whoever signed it. */
export const maximumLifetimeSeconds = 24 * 60 * 60

/**
 * Judges everything but expiry.
 *
 * @returns why the claims are refused, or undefined when they are right.
 */
export function claimsProblem(
  claims: JsonObject,
  expected: ExpectedClaims,
  nowMilliseconds: number,
): string | undefined {
  const latest = nowMilliseconds + expected.leewaySeconds * 1000
  const { exp, iat, nbf } = claims
  if (claims.iss !== expected.issuer) return 'iss'
  if (!holdsAudience(claims.aud, expected.audience)) return 'aud'
  if (!isWholeNumber(exp)) return 'exp'
  if (!isWholeNumber(iat) || iat * 1000 > latest) return 'iat'
  if (Object.hasOwn(claims, 'nbf') && !(isWholeNumber(nbf) && nbf * 1000 <= latest)) return 'nbf'
  if (exp - iat > maximumLifetimeSeconds) return 'lifetime'
  return wrongMember(claims)
}

/**
 * When a token ends, in seconds: at `exp`, and no later than a token issued now would.
 *
 * Revocations are remembered for one lifetime. Were the lifetime shortened and older tokens left to
 * live on, they would outlive the memory of their ending.
 */
export function expiresAtSeconds(
  claims: Pick<AccessClaims, 'exp' | 'iat'>,
  lifetimeSeconds: number,
): number {
  return Math.min(claims.exp, claims.iat + lifetimeSeconds)
}

const members: readonly (readonly [name: string, isRight: (value: unknown) => boolean])[] = [
  ['sub', isName],
  ['sid', isName],
  ['jti', isName],
  ['client_id', isName],
  ['auth_time', isWholeNumber],
  ['amr', isStrings],
  ['roles', isStrings],
  ['scope', (value) => typeof value === 'string'],
  ['epoch', isWholeNumber],
]

function wrongMember(claims: JsonObject): string | undefined {
  for (const [name, isRight] of members) if (!isRight(claims[name])) return name
  return undefined
}

function holdsAudience(aud: unknown, audience: string): boolean {
  return aud === audience || (isStrings(aud) && aud.includes(audience))
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isStrings(value: unknown): value is readonly string[] {
  if (!Array.isArray(value)) return false
  for (const item of value) if (typeof item !== 'string') return false
  return true
}
