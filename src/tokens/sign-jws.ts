/**
 * Signs compact JWS (RFC 7515 §7.1) with a signing key, by its algorithm (RFC 7518 §3, RFC 8037 §3.1).
 *
 * In this thread where that takes some microseconds: WebCrypto, and so jose, hands each signature to
 * another thread, and a refresh without that took 145 instead of 192 µs of processor time
 * (docs/benchmarks/redis.md). RSA takes a millisecond, and is signed elsewhere.
 */

import { createHmac, KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningKey } from './key-set.ts'

export type JwsSigner = (payload: string, key: SigningKey) => Promise<string>

const signElsewhere = promisify(sign)

interface PreparedKey {
  readonly signingKey: SigningKey
  readonly keyObject: KeyObject
  /** The protected header, encoded, and its dot. */
  readonly start: string
}

/** @param typ of the tokens that are signed (RFC 8725 §3.11). */
export function createJwsSigner(typ: string): JwsSigner {
  let last: PreparedKey | undefined
  return async (payload, signingKey) => {
    if (last?.signingKey !== signingKey) last = prepare(typ, signingKey)
    const { keyObject, start } = last
    const signed = start + Buffer.from(payload).toString('base64url')
    const signature = await signatureOf(Buffer.from(signed), keyObject, signingKey.algorithm)
    return `${signed}.${signature.toString('base64url')}`
  }
}

function prepare(typ: string, signingKey: SigningKey): PreparedKey {
  const { algorithm: alg, kid, privateKey } = signingKey
  const header = Buffer.from(JSON.stringify({ alg, typ, kid })).toString('base64url')
  return { signingKey, keyObject: KeyObject.from(privateKey), start: `${header}.` }
}

function signatureOf(
  signed: Buffer,
  key: KeyObject,
  algorithm: SigningKey['algorithm'],
): Buffer | Promise<Buffer> {
  switch (algorithm) {
    case 'ES256':
      return sign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' })
    case 'EdDSA':
      return sign(null, signed, key)
    case 'HS256':
      return createHmac('sha256', key).update(signed).digest()
    case 'RS256':
      return signElsewhere('sha256', signed, key)
  }
}
