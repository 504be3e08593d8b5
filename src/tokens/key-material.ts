/**
 * New signing keys: the material of one (RFC 7517, RFC 7518 §3). Holds none and stores none.
 */

import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { publicPart, type SigningAlgorithm } from './key-import.ts'
import type { JsonObject } from './strict-json.ts'

export interface KeyMaterial {
  readonly kid: string
  /** Public members only; empty for HS256. */
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

const generatePair = promisify(generateKeyPair)

/** Makes a new key. Its kid is the RFC 7638 thumbprint, or random for HS256. */
export async function generateKeyMaterial(algorithm: SigningAlgorithm): Promise<KeyMaterial> {
  const privateJwk = await generateJwk(algorithm)
  if (algorithm === 'HS256') {
    return { kid: randomBytes(16).toString('base64url'), publicJwk: {}, privateJwk }
  }
  const publicJwk = publicPart(algorithm, privateJwk as JsonObject)
  return { kid: await calculateJwkThumbprint(publicJwk), publicJwk, privateJwk }
}

async function generateJwk(algorithm: SigningAlgorithm): Promise<JWK> {
  switch (algorithm) {
    case 'ES256': {
      const pair = await generatePair('ec', { namedCurve: 'P-256' })
      return pair.privateKey.export({ format: 'jwk' }) as JWK
    }
    case 'EdDSA':
      return (await generatePair('ed25519', {})).privateKey.export({ format: 'jwk' }) as JWK
    case 'RS256': {
      const pair = await generatePair('rsa', { modulusLength: 2048 })
      return pair.privateKey.export({ format: 'jwk' }) as JWK
    }
    case 'HS256':
      return { kty: 'oct', k: randomBytes(32).toString('base64url') }
  }
}
