/**
 * Signatures checked by WebCrypto, wherever there is nothing of Node (RFC 7518 §3, RFC 8037 §3.1).
 */

import { decode, encode } from 'jose/base64url'
import { publicPart, type SigningAlgorithm, secretPart } from './key-import.ts'
import type { SignatureCheck, Signatures } from './signatures.ts'
import type { JsonObject } from './strict-json.ts'

export const webSignatures: Signatures = Object.freeze({
  importCheck,
  decode(base64url: string) {
    try {
      const bytes = Uint8Array.from(decode(base64url))
      // It passes over white space, and knows base64 as well.
      return encode(bytes) === base64url ? bytes : undefined
    } catch {
      return undefined
    }
  },
})

async function importCheck(algorithm: SigningAlgorithm, jwk: JsonObject): Promise<SignatureCheck> {
  const [importedFor, verifiedBy] = parameters[algorithm]
  const { subtle } = crypto
  const key = await (algorithm === 'HS256'
    ? subtle.importKey('raw', Uint8Array.from(decode(secretPart(jwk))), importedFor, false, [
        'verify',
      ])
    : subtle.importKey('jwk', publicPart(algorithm, jwk), importedFor, false, ['verify']))
  // A signature of another length is a false one to WebCrypto too.
  return async (signed, signature) => subtle.verify(verifiedBy, key, signature, bytesOf(signed))
}

/** What a key is imported for, and what its signatures are verified by. */
const parameters = {
  ES256: [
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', hash: 'SHA-256' },
  ],
  EdDSA: ['Ed25519', 'Ed25519'],
  RS256: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, 'RSASSA-PKCS1-v1_5'],
  HS256: [{ name: 'HMAC', hash: 'SHA-256' }, 'HMAC'],
} as const

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))
