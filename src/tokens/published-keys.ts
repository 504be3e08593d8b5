/**
 * The keys that another server has published (RFC 7517 §5), as far as they verify access tokens.
 *
 * Fetches nothing. What a key is for follows from the key alone (RFC 8725 §3.1): keys of other
 * kinds, secrets among them, are passed over.
 */

import { publicPart, type SigningAlgorithm } from './key-import.ts'
import type { VerificationKey } from './key-set.ts'
import type { Signatures } from './signatures.ts'
import { isJsonObject, type JsonObject, parseStrictJsonObject } from './strict-json.ts'

export interface PublishedKey extends VerificationKey {
  /** The public members as JSON: two keys are the same when this is. */
  readonly material: string
}

/** The one algorithm that a kind of key verifies here; `kty`, or `kty` and `crv`. */
const algorithms: ReadonlyMap<string, SigningAlgorithm> = new Map([
  ['EC P-256', 'ES256'],
  ['OKP Ed25519', 'EdDSA'],
  ['RSA', 'RS256'],
])
const maximumKeys = 50
const maximumKidLength = 128

/**
 * Reads the JSON of a JWKS.
 *
 * Of two keys with one kid neither is taken: which of them a token meant could not be told.
 *
 * @throws TypeError for what is no JWKS, and for one without a key that verifies access tokens.
 */
export async function readPublishedKeys(
  body: Uint8Array,
  signatures: Signatures,
): Promise<readonly PublishedKey[]> {
  const jwks = parseStrictJsonObject(body)
  const members: unknown = jwks?.keys
  if (!Array.isArray(members)) throw new TypeError('this is no JSON Web Key Set')
  if (members.length > maximumKeys) throw new TypeError(`more than ${maximumKeys} keys`)
  const read = await Promise.all(
    members.filter(isJsonObject).map((jwk) => readKey(jwk, signatures)),
  )
  const keys = read.filter((key) => key !== undefined)
  const once = keys.filter(({ kid }) => keys.filter((other) => other.kid === kid).length === 1)
  if (once.length === 0) throw new TypeError('no key in it verifies access tokens')
  return once
}

async function readKey(jwk: JsonObject, signatures: Signatures): Promise<PublishedKey | undefined> {
  const { kid, kty, crv } = jwk
  const algorithm = algorithms.get(crv === undefined ? `${kty}` : `${kty} ${crv}`)
  if (algorithm === undefined) return undefined
  if (typeof kid !== 'string' || kid === '' || kid.length > maximumKidLength) return undefined
  try {
    const check = await signatures.importCheck(algorithm, jwk)
    const material = JSON.stringify(publicPart(algorithm, jwk))
    return Object.freeze({ kid, algorithm, check, material })
  } catch {
    // Too weak, for another algorithm or for encryption: the others are still good.
    return undefined
  }
}
