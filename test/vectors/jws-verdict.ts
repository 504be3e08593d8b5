/**
 * Judges a JWS of other people by the functions that judge access tokens, with the signatures of Node
 * and of WebCrypto, which have to agree.
 *
 * Used are the form (`parseCompactJws`), the import of the key, the rule that the key decides the
 * algorithm, and the signature. Left out is what no vector can have: `typ: at+jwt`, a kid of ours and
 * our claims. The key is chosen by kid, or is the only one.
 */

import { AuthError } from '../../src/errors.ts'
import { parseCompactJws } from '../../src/tokens/jws-format.ts'
import { signingAlgorithms } from '../../src/tokens/key-import.ts'
import type { JsonObject } from '../../src/tokens/strict-json.ts'
import { verifySignature } from '../../src/tokens/verify-signature.ts'
import { bothSignatures } from '../tokens/both-signatures.ts'

/** `key`: refused when it is loaded, `token`: refused when it is presented. */
export type Verdict = 'accepted' | 'key' | 'token'

export async function verdictOn(token: string, keys: readonly JsonObject[]): Promise<Verdict> {
  let layer: Verdict = 'token'
  try {
    const jws = parseCompactJws(token, bothSignatures.decode)
    const named = keys.find(({ kid }) => kid === jws.header.kid)
    const jwk = named ?? (keys.length === 1 ? keys[0] : undefined)
    if (jwk === undefined) return 'token'
    layer = 'key'
    // A key that names no algorithm is loaded for the one that the token claims: the most it could do.
    const algorithm = signingAlgorithms.find((known) => known === (jwk.alg ?? jws.algorithm))
    if (algorithm === undefined) return 'key'
    const check = await bothSignatures.importCheck(algorithm, jwk)
    layer = 'token'
    const verdict = await check(jws.signed, jws.signature)
    await verifySignature(jws, { algorithm, check: () => verdict })
    return 'accepted'
  } catch (error) {
    const expected = layer === 'token' ? AuthError : Error
    if (!(error instanceof expected)) throw error
    return layer
  }
}
