/**
 * The signature of a JWS under one key (RFC 7515 §5.2, RFC 8725 §3.1).
 *
 * Finds no key and reads no claim.
 */

import type { UnverifiedJws } from './jws-format.ts'
import type { VerificationKey } from './key-set.ts'
import { refuseToken } from './refuse-token.ts'

/**
 * Verifies a signature.
 *
 * @returns true, or a promise of it where another thread does the work.
 * @throws AuthError `invalid_token` when the algorithm is not that of the key, or the signature not
 * that of the text; at once, or by the promise.
 */
export function verifySignature(
  jws: UnverifiedJws,
  key: Pick<VerificationKey, 'algorithm' | 'check'>,
): true | Promise<true> {
  // The key decides the algorithm; the header may only agree (RFC 8725 §3.1).
  if (jws.algorithm !== key.algorithm) refuseToken('alg is not that of the key')
  const verdict = attempt(() => key.check(jws.signed, jws.signature))
  return verdict instanceof Promise ? verdict.then(requireTrue, requireTrue) : requireTrue(verdict)
}

/** A library that stumbles over a signature has not found it right. */
function attempt(check: () => boolean | Promise<boolean>): boolean | Promise<boolean> {
  try {
    return check()
  } catch {
    return false
  }
}

/** What a promise was rejected with is not true either. */
function requireTrue(verdict: unknown): true {
  if (verdict !== true) refuseToken('signature')
  return true
}
