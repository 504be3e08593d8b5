/**
 * Signing keys as material that comes in: judging JWKs (RFC 7517, RFC 7518 §3).
 *
 * Makes none and stores none. A key is for one algorithm only (RFC 8725 §3.1), and only the members
 * that its kind needs are ever taken from a JWK. Runs in every runtime.
 */

import type { JWK } from 'jose'
import { decode } from 'jose/base64url'
import { rsaWeakness } from './rsa-weakness.ts'
import type { JsonObject } from './strict-json.ts'

export const signingAlgorithms = ['ES256', 'EdDSA', 'RS256', 'HS256'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

interface KeyKind {
  readonly kty: string
  readonly crv?: string
  readonly public: readonly string[]
  readonly private: readonly string[]
  /** Least and greatest length of the member that decides the strength, in bytes. */
  readonly strength: readonly [member: string, least: number, most: number]
}

const keyKinds: Readonly<Record<SigningAlgorithm, KeyKind>> = {
  ES256: {
    kty: 'EC',
    crv: 'P-256',
    public: ['x', 'y'],
    private: ['d'],
    strength: ['x', 32, 32],
  },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', public: ['x'], private: ['d'], strength: ['x', 32, 32] },
  RS256: {
    kty: 'RSA',
    public: ['n', 'e'],
    private: ['d', 'p', 'q', 'dp', 'dq', 'qi'],
    strength: ['n', 256, 1024],
  },
  HS256: { kty: 'oct', public: [], private: ['k'], strength: ['k', 32, 1024] },
}

/** @returns the public members alone. @throws TypeError for a key of another kind or too weak. */
export function publicPart(algorithm: SigningAlgorithm, jwk: JsonObject): JWK {
  return pickMembers(algorithm, jwk, keyKinds[algorithm].public)
}

/** @returns the members that a signature needs. @throws TypeError as above. */
export function privatePart(algorithm: SigningAlgorithm, jwk: JsonObject): JWK {
  const { public: publicNames, private: privateNames } = keyKinds[algorithm]
  return pickMembers(algorithm, jwk, [...publicNames, ...privateNames])
}

/** @returns the secret of HS256 as base64url. @throws TypeError as above. */
export function secretPart(jwk: JsonObject): string {
  return String(privatePart('HS256', jwk).k)
}

function pickMembers(algorithm: SigningAlgorithm, jwk: JsonObject, names: readonly string[]): JWK {
  const { kty, crv, strength } = keyKinds[algorithm]
  const [member, least, most] = strength
  const length = byteLength(jwk[member])
  const fits = jwk.kty === kty && jwk.crv === crv && length >= least && length <= most
  if (!fits || (jwk.alg ?? algorithm) !== algorithm || !isForSigning(jwk)) {
    throw new TypeError(`this is no key for ${algorithm}, or too weak a one`)
  }
  const weakness = kty === 'RSA' ? rsaWeakness(String(jwk.n), String(jwk.e)) : undefined
  if (weakness !== undefined) throw new TypeError(`this key is too weak: ${weakness}`)
  const picked = names.map((name) => {
    if (typeof jwk[name] !== 'string') throw new TypeError(`a key for ${algorithm} needs ${name}`)
    return [name, jwk[name]] as const
  })
  return { kty, ...(crv === undefined ? {} : { crv }), ...Object.fromEntries(picked) }
}

/** 0 for what is no base64url. */
function byteLength(member: unknown): number {
  try {
    return typeof member === 'string' ? decode(member).length : 0
  } catch {
    return 0
  }
}

/** A key says what it is for, or says nothing; one for encryption is not used (RFC 7517 §4.2, §4.3). */
function isForSigning({
  use = 'sig',
  key_ops: operations = ['sign', 'verify'],
}: JsonObject): boolean {
  if (use !== 'sig' || !Array.isArray(operations)) return false
  return operations.includes('verify') || operations.includes('sign')
}
