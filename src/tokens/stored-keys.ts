/**
 * From a stored key to a usable one and back: sealing, opening, importing.
 *
 * Only what a secret of ours has sealed is trusted (docs/decisions/0023-keys-that-are-trusted.md):
 * the public key is computed from the private part, never read from the record, so that somebody
 * who can write to the database cannot plant one. The kid is authenticated by the seal and, being a
 * thumbprint, names one public key only.
 */

import type { JWK } from 'jose'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import type { KeyRing } from '../crypto/key-rings.ts'
import { openSealedValue, sealValue } from '../crypto/sealed-value.ts'
import type { StoredKey } from '../stores/ports.ts'
import { publicPart, type SigningAlgorithm, signingAlgorithms } from './key-import.ts'
import { nodeSignatures } from './node-signatures.ts'
import type { SignatureCheck } from './signatures.ts'
import { importSigner, type Signer } from './signer.ts'
import { isJsonObject, type JsonObject } from './strict-json.ts'

/** A key of the store, ready for use. */
export interface OpenedKey {
  readonly kid: string
  readonly sequence: number
  readonly algorithm: SigningAlgorithm
  readonly check: SignatureCheck
  readonly signer: Signer
  /** As the JWKS shows it; absent for HS256. */
  readonly publishedJwk?: JWK
}

const sealContext = (kid: string): string => `signing key ${kid}`

/** Makes a key and seals it under the first secret. */
export async function createStoredKey(
  ring: KeyRing,
  algorithm: SigningAlgorithm,
  life: Pick<StoredKey, 'sequence' | 'createdAt' | 'activeAt'>,
): Promise<StoredKey> {
  const { generateKeyMaterial } = await import('./key-material.ts')
  const { kid, publicJwk, privateJwk } = await generateKeyMaterial(algorithm)
  const sealedPrivateJwk = sealValue(ring, JSON.stringify(privateJwk), sealContext(kid))
  return { ...life, kid, algorithm, publicJwk: { ...publicJwk }, sealedPrivateJwk }
}

/** @returns the private part sealed under the first secret; undefined when no secret opens it. */
export function resealed(ring: KeyRing, stored: StoredKey): string | undefined {
  const json = openSealedValue(ring, stored.sealedPrivateJwk, sealContext(stored.kid))
  return json === undefined ? undefined : sealValue(ring, json, sealContext(stored.kid))
}

/**
 * Imports a stored key.
 *
 * @returns `refused` for one that no secret opens, undefined for an algorithm of a later version.
 * @throws TypeError when the material is weak, of another kind, or not what the kid names.
 */
export async function openStoredKey(
  ring: KeyRing,
  stored: StoredKey,
): Promise<OpenedKey | 'refused' | undefined> {
  const { kid, sequence } = stored
  const privateJwk = openPrivateJwk(ring, stored)
  if (privateJwk === undefined) return 'refused'
  const algorithm = signingAlgorithms.find((known) => known === stored.algorithm)
  if (algorithm === undefined) return undefined
  const signer = importSigner(algorithm, privateJwk)
  if (algorithm === 'HS256') {
    const check = await nodeSignatures.importCheck(algorithm, privateJwk)
    return Object.freeze({ kid, sequence, algorithm, check, signer })
  }
  const publicJwk = publicPart(algorithm, privateJwk)
  if ((await calculateJwkThumbprint(publicJwk)) !== kid) {
    throw new TypeError(`stored signing key ${sequence} is not the one that its kid names`)
  }
  const check = await nodeSignatures.importCheck(algorithm, publicJwk as JsonObject)
  const publishedJwk = Object.freeze({ ...publicJwk, kid, use: 'sig', alg: algorithm })
  return Object.freeze({ kid, sequence, algorithm, check, publishedJwk, signer })
}

function openPrivateJwk(ring: KeyRing, stored: StoredKey): JsonObject | undefined {
  const json = openSealedValue(ring, stored.sealedPrivateJwk, sealContext(stored.kid))
  if (json === undefined) return undefined
  const value: unknown = JSON.parse(json)
  return isJsonObject(value) ? value : undefined
}
