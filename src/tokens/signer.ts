/**
 * Signatures by a private key, by its algorithm (RFC 7518 §3, RFC 8037 §3.1).
 *
 * In this thread where that takes some microseconds: WebCrypto hands each signature to another thread,
 * and a refresh without that took 145 instead of 192 µs of processor time (docs/benchmarks/redis.md).
 * RSA takes a millisecond, and is signed elsewhere.
 */

import { createHmac, createPrivateKey, createSecretKey, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { privatePart, type SigningAlgorithm } from './key-import.ts'
import type { JsonObject } from './strict-json.ts'

/** Holds its key where nobody can read it or export it. */
export type Signer = (signed: Uint8Array) => Buffer | Promise<Buffer>

const signElsewhere = promisify(sign)

/** @throws TypeError for a key of another kind or too weak. */
export function importSigner(algorithm: SigningAlgorithm, jwk: JsonObject): Signer {
  const members = privatePart(algorithm, jwk)
  if (algorithm === 'HS256') {
    const secret = createSecretKey(String(members.k), 'base64url')
    return (signed) => createHmac('sha256', secret).update(signed).digest()
  }
  const key = createPrivateKey({ key: { ...members }, format: 'jwk' })
  switch (algorithm) {
    case 'ES256': {
      const withForm = { key, dsaEncoding: 'ieee-p1363' } as const
      return (signed) => sign('sha256', signed, withForm)
    }
    case 'EdDSA':
      return (signed) => sign(null, signed, key)
    case 'RS256':
      return (signed) => signElsewhere('sha256', signed, key)
  }
}
