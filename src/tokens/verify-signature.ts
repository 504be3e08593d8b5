/**
 * The signature of a JWS under one key (RFC 7515 §5.2, RFC 8725 §3.1).
 *
 * Finds no key and reads no claim.
 */

import { JOSEError } from 'jose/errors'
import type { UnverifiedJws } from './jws-format.ts'
import type { VerificationKey } from './key-set.ts'
import { refuseToken } from './refuse-token.ts'

/**
 * Verifies a signature.
 *
 * @returns the payload, as it was signed.
 * @throws AuthError `invalid_token` when the algorithm is not that of the key, or the signature not
 * that of the text.
 */
export async function verifySignature(
  jws: UnverifiedJws,
  key: Pick<VerificationKey, 'algorithm' | 'publicKey'>,
): Promise<Uint8Array> {
  // The key decides the algorithm; the header may only agree (RFC 8725 §3.1).
  if (jws.algorithm !== key.algorithm) refuseToken('alg is not that of the key')
  // Named one by one: a member `header` would be read as an unprotected header.
  const { protected: protectedHeader, payload, signature } = jws
  const segments = { protected: protectedHeader, payload, signature }
  try {
    // With the first token, so that a server listens without it.
    const { flattenedVerify } = await import('jose/jws/flattened/verify')
    const verified = await flattenedVerify(segments, key.publicKey, { algorithms: [key.algorithm] })
    return verified.payload
  } catch (error) {
    if (error instanceof JOSEError) refuseToken('signature')
    throw error
  }
}
