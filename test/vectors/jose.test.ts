/**
 * JWS, JWK and JWE of C2SP Wycheproof (G9): what is invalid is refused, what is valid, compact and of
 * our algorithms is accepted. `bearer.test.ts` presents the same strings to a running server.
 */

import { describe, expect, test } from 'vitest'
import { sealValue } from '../../src/crypto/sealed-value.ts'
import type { StoredKey } from '../../src/stores/ports.ts'
import { parseCompactJws } from '../../src/tokens/jws-format.ts'
import { signingAlgorithms } from '../../src/tokens/key-import.ts'
import { createKeySetReader } from '../../src/tokens/key-set.ts'
import { bothSignatures } from '../tokens/both-signatures.ts'
import { codeOf, createForge, goodClaims, ringOf, start, times } from '../tokens/token-kit.ts'
import { verdictOn } from './jws-verdict.ts'
import { vectorsFolder } from './vectors.ts'
import { type JoseVector, readJoseVectors } from './wycheproof.ts'

/** Marked invalid, but byte for byte the token of 357 `ValidMac`, which is marked valid. */
const { decode, importCheck } = bothSignatures
const contradicted = ['367 invalidBase64Padding', '370 invalidBase64PaddingInPayload']
/** Marked valid, but they hold a `?`, which base64url does not have; J7 refuses them. */
const lenient = ['372 InvalidCharacterInsertedInHeader', '373 InvalidCharacterInsertedInPayload']

const isOneOf = (names: readonly string[]) => (vector: JoseVector) =>
  names.some((name) => vector.name === `json_web_signature ${name}`)
const isMixed = ({ keys }: JoseVector) => new Set(keys.map(({ kty }) => kty)).size > 1
const isOurs = ({ token }: JoseVector): boolean => {
  const { alg } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
  return signingAlgorithms.includes(alg)
}

async function verdicts(vectors: readonly JoseVector[]) {
  const judged: [string, string][] = []
  for (const { name, token, keys } of vectors) judged.push([name, await verdictOn(token, keys)])
  return new Map(judged)
}

function expectAll(judged: ReadonlyMap<string, string>, accepted: boolean): void {
  const wrong = [...judged].filter(([, verdict]) => (verdict === 'accepted') !== accepted)
  expect(wrong).toEqual([])
}

test('J7: what the form of an access token demands is asked of every JWS here', async () => {
  const { forge } = await createForge('ES256')
  const token = await forge(goodClaims, { typ: undefined, kid: undefined })
  expect(parseCompactJws(token, decode).header).toEqual({ alg: 'ES256' })
  expect(await codeOf(() => parseCompactJws(`${token}=`, decode))).toBe('invalid_token')
})

test('J14: a key for encryption, and one whose operations are others, verifies nothing', async () => {
  const { keys } = await createForge('ES256')
  const jwk = { ...keys.jwks().keys[0] }
  await expect(importCheck('ES256', jwk)).resolves.toBeDefined()
  for (const wrong of [{ use: 'enc' }, { key_ops: ['deriveBits'] }, { key_ops: 'verify' }]) {
    await expect(importCheck('ES256', { ...jwk, ...wrong })).rejects.toThrow(TypeError)
  }
})

if (vectorsFolder('wycheproof') !== undefined) {
  describe('G9: JWS', () => {
    const vectors = [...readJoseVectors('signature'), ...readJoseVectors('crypto')]
    // What is wrong with those is the set; it is loaded below.
    const single = vectors.filter((vector) => !isMixed(vector))

    test('J1, J2, J7, J15: every invalid one is refused', async () => {
      const invalid = single.filter((one) => !one.valid && !isOneOf(contradicted)(one))
      expect(invalid.length).toBeGreaterThan(400)
      expectAll(await verdicts(invalid), false)
    })

    test('every valid one of our algorithms is accepted', async () => {
      const valid = single.filter((one) => one.valid && isOurs(one) && !isOneOf(lenient)(one))
      expect(valid.length).toBeGreaterThanOrEqual(20)
      expectAll(await verdicts(valid), true)
    })

    test('J1: every one of another algorithm is refused, valid or not', async () => {
      const others = single.filter((one) => one.valid && !isOurs(one))
      expect(others.length).toBeGreaterThanOrEqual(20)
      expectAll(await verdicts(others), false)
    })

    test('J7: a foreign character is refused, though another library would skip it', async () => {
      expectAll(await verdicts(single.filter(isOneOf(lenient))), false)
    })

    test('two vectors contradict a third: one text, valid once and invalid twice', () => {
      const twins = single.filter(isOneOf([...contradicted, '357 ValidMac']))
      expect(twins.map(({ valid }) => valid)).toEqual([true, false, false])
      expect(new Set(twins.map(({ token }) => token)).size).toBe(1)
    })
  })

  describe('G9: JWK', () => {
    const vectors = readJoseVectors('key')
    const single = vectors.filter(({ keys }) => keys.length === 1)
    const sets = [...vectors, ...readJoseVectors('crypto')].filter(({ keys }) => keys.length > 1)
    const isAmbiguous = (one: JoseVector) => isMixed(one) || one.flags.includes('Ambiguous')

    test('J14: a weak, twisted or misused key is refused when it is loaded', async () => {
      const judged = await verdicts(single.filter(({ valid }) => !valid))
      expect(judged.size).toBeGreaterThanOrEqual(18)
      expect([...judged].filter(([, verdict]) => verdict !== 'key')).toEqual([])
    })

    test('valid keys of our algorithms verify', async () => {
      const valid = single.filter((one) => one.valid && isOurs(one))
      expect(valid.length).toBeGreaterThanOrEqual(2)
      expectAll(await verdicts(valid), true)
    })

    test('K1: a set with a kid twice, or of secrets and public keys, is refused as stored keys', async () => {
      const invalid = sets.filter(isAmbiguous)
      expect(invalid.length).toBeGreaterThanOrEqual(3)
      for (const { keys, name } of invalid) {
        await expect(readSet(keys), name).rejects.toThrow(TypeError)
      }
    })

    test('J5: of a valid set the kid names the key', async () => {
      const valid = sets.filter((one) => !isAmbiguous(one))
      expect(valid.length).toBeGreaterThanOrEqual(2)
      for (const { keys, token, valid: isValid } of valid) {
        await expect(readSet(keys)).resolves.toBeDefined()
        expect((await verdictOn(token, keys)) === 'accepted').toBe(isValid)
      }
    })
  })

  test('J8: every JWE is refused by its form', async () => {
    const vectors = readJoseVectors('encryption')
    expect(vectors).toHaveLength(139)
    for (const { token, name } of vectors) {
      expect(await codeOf(() => parseCompactJws(token, decode)), name).toBe('invalid_token')
    }
  })
}

/** Loads a set as the keys of a store are loaded; an asymmetric key's kid must be its thumbprint. */
function readSet(jwks: JoseVector['keys']) {
  const ring = ringOf('a')
  const stored = jwks.map((jwk, at): StoredKey => {
    const kid = String(jwk.kid)
    const isSecret = jwk.kty === 'oct'
    return {
      sequence: at + 1,
      kid,
      algorithm: String(jwk.alg),
      publicJwk: isSecret ? {} : { ...jwk },
      sealedPrivateJwk: sealValue(ring, JSON.stringify(jwk), `signing key ${kid}`),
      createdAt: start,
      activeAt: start,
    }
  })
  return createKeySetReader(ring, 'HS256', times, (kid) => {
    throw new Error(`${kid} was not read`)
  })(stored)
}
