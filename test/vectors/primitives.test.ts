/**
 * Signatures and key derivation of C2SP Wycheproof, below JOSE (G9, J15, K4).
 *
 * These messages are no JWS, so the vectors test the layer under our verification: the key as we
 * import it and the check that it makes, by Node and by WebCrypto. Not used: RSA-PSS, which no token
 * here is signed with.
 */

import { createHmac, createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createKeyRing } from '../../src/crypto/key-rings.ts'
import type { JsonObject } from '../../src/tokens/strict-json.ts'
import { bothSignatures } from '../tokens/both-signatures.ts'
import { vectorsFolder } from './vectors.ts'
import { readGroups } from './wycheproof.ts'

interface SignatureGroup {
  /** RSA. */
  readonly keyJwk?: JsonObject
  /** The others. */
  readonly publicKeyPem?: string
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly key?: string
    readonly msg: string
    readonly sig?: string
    readonly tag?: string
    readonly result: 'valid' | 'invalid' | 'acceptable'
  }[]
}

interface DerivationGroup {
  readonly tests: readonly {
    readonly tcId: number
    readonly ikm: string
    readonly salt: string
    readonly info: string
    readonly size: number
    readonly okm: string
    readonly result: 'valid' | 'invalid'
  }[]
}

const { importCheck } = bothSignatures

/** The public key as a JWK, without the members that say what it is for. */
function jwkOf({ keyJwk, publicKeyPem = '' }: SignatureGroup): JsonObject {
  if (keyJwk === undefined) return { ...createPublicKey(publicKeyPem).export({ format: 'jwk' }) }
  const { alg: _, ...jwk } = keyJwk
  return jwk
}

const bytes = (hex: string) => Buffer.from(hex, 'hex')
/** As a check takes it, one byte a character. */
const textOf = (hex: string) => bytes(hex).toString('latin1')

/** RFC 5869 from HMAC alone, to hold the one-call derivation of `src/crypto` against. */
function hkdf(secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  const hmac = (key: Buffer, ...parts: Buffer[]) =>
    createHmac('sha256', key).update(Buffer.concat(parts)).digest()
  const pseudoRandomKey = hmac(salt.length === 0 ? Buffer.alloc(32) : salt, secret)
  let [block, output] = [Buffer.alloc(0), Buffer.alloc(0)]
  for (let at = 1; output.length < length; at += 1) {
    block = hmac(pseudoRandomKey, block, info, Buffer.of(at))
    output = Buffer.concat([output, block])
  }
  return output.subarray(0, length)
}

test('K4: each purpose has the key that HKDF gives for its name (RFC 5869)', () => {
  const secret = 'a server secret for tests, of more than 32 bytes'
  const derive = (purpose: string, length: number) =>
    hkdf(Buffer.from(secret), Buffer.from('countersign v1'), Buffer.from(purpose), length)
  for (const purpose of ['refresh token mac', 'signing key seal'] as const) {
    const { current } = createKeyRing([secret], purpose)
    expect(Buffer.from(current.key)).toEqual(derive(purpose, 32))
    expect(current.id).toBe(derive('key id', 1)[0])
  }
})

if (vectorsFolder('wycheproof') !== undefined) {
  describe('G9, J15: signatures below JOSE', () => {
    const groupsOf = (file: string) => readGroups<SignatureGroup>(file)
    const hasSmallExponent = (group: SignatureGroup) => group.keyJwk?.e === 'Aw'

    test('J14: a key with the exponent 3 is not loaded, so what it signed is not judged', async () => {
      const groups = groupsOf('rsa_signature_2048_sha256').filter(hasSmallExponent)
      expect(groups.length).toBeGreaterThan(0)
      for (const group of groups) {
        await expect(importCheck('RS256', jwkOf(group))).rejects.toThrow(TypeError)
      }
    })

    test.each([
      ['ES256', 'ecdsa_secp256r1_sha256_p1363', 262],
      ['EdDSA', 'ed25519', 151],
      ['RS256', 'rsa_signature_2048_sha256', 257],
    ] as const)('%s: %s', async (algorithm, file, count) => {
      const verdicts: [number, string, boolean][] = []
      for (const group of groupsOf(file).filter((one) => !hasSmallExponent(one))) {
        const check = await importCheck(algorithm, jwkOf(group))
        for (const { tcId, msg, sig = '', result } of group.tests) {
          const verified = await check(textOf(msg), bytes(sig))
          verdicts.push([tcId, result, verified])
        }
      }
      expect(verdicts).toHaveLength(count)
      // The one `acceptable` signature leaves a NULL out of its DigestInfo: either answer is right.
      const wrong = verdicts.filter(
        ([, result, verified]) => result !== 'acceptable' && (result === 'valid') !== verified,
      )
      expect(wrong).toEqual([])
    })

    test('HS256: keys of 32 bytes or more, and no tag that was cut', async () => {
      const groups = readGroups<SignatureGroup>('hmac_sha256')
      const verdicts: [number, boolean, boolean][] = []
      for (const { tcId, key = '', msg, tag = '', result } of groups.flatMap(
        ({ tests }) => tests,
      )) {
        if (bytes(key).length < 32) continue
        const jwk = { kty: 'oct', k: bytes(key).toString('base64url') }
        const check = await importCheck('HS256', jwk)
        const verified = await check(textOf(msg), bytes(tag))
        // A JWS has the whole tag (RFC 7518 §3.2), so a right but shorter one is wrong here.
        verdicts.push([tcId, result === 'valid' && bytes(tag).length === 32, verified])
      }
      expect(verdicts.length).toBeGreaterThan(100)
      expect(verdicts.filter(([, expected, verified]) => expected !== verified)).toEqual([])
    })
  })

  test('K4: the derivation that ours is held against is HKDF', () => {
    const tests = readGroups<DerivationGroup>('hkdf_sha256').flatMap((group) => group.tests)
    const valid = tests.filter(({ result }) => result === 'valid')
    expect(valid.length).toBeGreaterThanOrEqual(80)
    for (const { tcId, ikm, salt, info, size, okm } of valid) {
      const derived = hkdf(bytes(ikm), bytes(salt), bytes(info), size)
      expect([tcId, derived.toString('hex')]).toEqual([tcId, okm])
    }
  })
}
