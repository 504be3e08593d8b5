/**
 * Signatures checked by node:crypto in this thread (RFC 7518 §3, RFC 8037 §3.1).
 *
 * A check takes some 3 to 110 µs. Handed to another thread it leaves more of this one, but waits
 * there behind password hashes (docs/decisions/0022-verification-in-this-thread.md).
 */

import { createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { createMac } from '../crypto/mac.ts'
import { publicPart, type SigningAlgorithm, secretPart } from './key-import.ts'
import type { SignatureCheck, Signatures } from './signatures.ts'
import type { JsonObject } from './strict-json.ts'

export const nodeSignatures: Signatures = Object.freeze({
  importCheck,
  decode,
})

function decode(base64url: string): Buffer<ArrayBuffer> | undefined {
  const bytes = Buffer.from(base64url, 'base64url')
  // It passes over what is foreign, and knows base64 as well.
  return bytes.toString('base64url') === base64url ? bytes : undefined
}

function importCheck(algorithm: SigningAlgorithm, jwk: JsonObject): SignatureCheck {
  if (algorithm === 'HS256') return hmacCheck(Buffer.from(secretPart(jwk), 'base64url'))
  const key = createPublicKey({ key: publicPart(algorithm, jwk), format: 'jwk' })
  switch (algorithm) {
    case 'ES256':
      return ecdsaCheck(key)
    case 'EdDSA':
      return (signed, signature) => verify(null, bytesOf(signed), key, signature)
    case 'RS256':
      return (signed, signature) => verify('sha256', bytesOf(signed), key, signature)
  }
}

function hmacCheck(secret: Uint8Array): SignatureCheck {
  const mac = createMac(secret)
  return (signed, signature) => {
    const expected = mac(signed)
    return signature.length === expected.length && timingSafeEqual(signature, expected)
  }
}

function ecdsaCheck(publicKey: KeyObject): SignatureCheck {
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  // r and s, 32 bytes each (RFC 7518 §3.4).
  return (signed, signature) =>
    signature.length === 64 && verify('sha256', bytesOf(signed), key, signature)
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')
