/**
 * What verification asks of a runtime: keys that check signatures, and base64url.
 *
 * `node-signatures.ts` has it from node:crypto, `web-signatures.ts` from WebCrypto. A test holds the two equal.
 */

import type { SigningAlgorithm } from './key-import.ts'
import type { JsonObject } from './strict-json.ts'

/**
 * Tells whether a signature is that of the text, under the one key and algorithm that it was made for.
 *
 * A promise where another thread does the work. May throw or reject; who calls it takes that for a
 * signature that is wrong.
 *
 * @param signed one byte a character; in a JWS all of it is ASCII.
 */
export type SignatureCheck = (
  signed: string,
  signature: Uint8Array<ArrayBuffer>,
) => boolean | Promise<boolean>

export interface Signatures {
  /**
   * Imports a public key, or the secret of HS256, as a JWK.
   *
   * @throws Error, or rejects, for a key that is malformed, of another kind or too weak.
   */
  importCheck(
    algorithm: SigningAlgorithm,
    jwk: JsonObject,
  ): SignatureCheck | Promise<SignatureCheck>
  /**
   * Decodes base64url, as a JWS has it (RFC 7515 §2).
   *
   * @returns undefined for all but the one spelling of the bytes: padding, a foreign character, bits
   * left over in the last one (RFC 4648 §3.5).
   */
  decode(base64url: string): Uint8Array<ArrayBuffer> | undefined
}
