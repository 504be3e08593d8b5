/** Node and WebCrypto tell the same of every signature and every key (J2, J14, J15). */

import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { publicPart, type SigningAlgorithm } from '../../src/tokens/key-import.ts'
import { nodeSignatures } from '../../src/tokens/node-signatures.ts'
import type { SignatureCheck } from '../../src/tokens/signatures.ts'
import { importSigner } from '../../src/tokens/signer.ts'
import type { JsonObject } from '../../src/tokens/strict-json.ts'
import { verifySignature } from '../../src/tokens/verify-signature.ts'
import { bothSignatures } from './both-signatures.ts'
import { algorithms, base64url, codeOf } from './token-kit.ts'

const text = 'eyJhbGciOiJFUzI1NiJ9.e30'
const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

function makeKey(algorithm: SigningAlgorithm): JsonObject {
  if (algorithm === 'HS256') return { kty: 'oct', k: base64url(Buffer.alloc(32, 7)) }
  const { privateKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519')
  return { ...privateKey.export({ format: 'jwk' }) }
}

/** What an attacker may do to bytes. */
const mutation = fc.oneof(
  fc.record({ at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ cut: fc.integer({ min: 1, max: 80 }) }),
  fc.record({ added: fc.uint8Array({ minLength: 1, maxLength: 80 }) }),
  fc.record({ whole: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ from: fc.nat(), filled: fc.constantFrom(0, 255) }),
)
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never

function mutate(bytes: Uint8Array, how: Mutation): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes)
  if ('bit' in how) {
    const at = how.at % copy.length
    copy[at] = (copy[at] ?? 0) ^ (1 << how.bit)
  } else if ('cut' in how) return copy.slice(0, Math.max(0, copy.length - how.cut))
  else if ('added' in how) return Uint8Array.from([...copy, ...how.added])
  else if ('whole' in how) return Uint8Array.from(how.whole)
  else copy.fill(how.filled, how.from % copy.length)
  return copy
}

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])

describe.each(algorithms)('a signature of %s', async (algorithm) => {
  const jwk = makeKey(algorithm)
  const check = await bothSignatures.importCheck(algorithm, jwk)
  const good = Uint8Array.from(await importSigner(algorithm, jwk)(Buffer.from(text)))

  it('J15: is right to both as it was made, and over no other text', async () => {
    expect(await check(text, good)).toBe(true)
    expect(await check(`${text} `, good)).toBe(false)
    expect(await check('', good)).toBe(false)
  })

  it('J15: is wrong to both once anything in it is changed', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (how) => {
        const changed = mutate(good, how)
        expect(await check(text, changed)).toBe(same(changed, good))
      }),
      { numRuns: 2500 },
    )
  })

  it('J14: a key that was changed is taken by both or by neither, and verifies the same', async () => {
    const members = Object.keys(jwk).filter((name) => ['x', 'y', 'n', 'e', 'k'].includes(name))
    const change = fc.tuple(fc.constantFrom(...members), mutation)
    let taken = 0
    await fc.assert(
      fc.asyncProperty(change, async ([name, how]) => {
        const value = mutate(Buffer.from(String(jwk[name]), 'base64url'), how)
        const changed = { ...jwk, [name]: base64url(value) }
        const imported = await bothSignatures.importCheck(algorithm, changed).catch(ownError)
        if (imported === undefined) return
        taken += 1
        const isSame =
          algorithm === 'HS256'
            ? macKey(changed[name]) === macKey(jwk[name])
            : changed[name] === jwk[name]
        expect(await imported(text, good)).toBe(isSame)
      }),
      { numRuns: 600 },
    )
    // A point that is not on the curve is no key, and hardly a change leaves one there.
    if (algorithm !== 'ES256') expect(taken).toBeGreaterThan(0)
  })
})

/** HMAC fills its key up with zeros (RFC 2104 §2), so one that ends in more of them is the same. */
const macKey = (value: unknown): string =>
  Buffer.from(String(value), 'base64url')
    .toString('hex')
    .replace(/(?:00)+$/, '')

/** Undefined for a key that both refuse; what else went wrong goes on. */
function ownError(error: Error): undefined {
  if (/one of the two takes/.test(error.message)) throw error
}

describe('a signature of ES256', async () => {
  const jwk = makeKey('ES256')
  const check = await bothSignatures.importCheck('ES256', jwk)
  const good = Buffer.from(await importSigner('ES256', jwk)(Buffer.from(text)))
  const number = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')

  it('J15: with r or s zero, or beyond the order of the curve, is refused (CVE-2022-21449)', async () => {
    const [r, s] = [good.subarray(0, 32), good.subarray(32)]
    const out = [number(0n), number(order), number(2n ** 256n - 1n)]
    const pairs = out.flatMap((bad) => [
      [bad, bad],
      [bad, s],
      [r, bad],
      [bad, number(1n)],
    ])
    for (const pair of pairs) {
      expect(await check(text, Uint8Array.from(Buffer.concat(pair)))).toBe(false)
    }
  })

  it('J15: in the form of DER is refused', async () => {
    const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
    const der = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'der' })
    expect(await check(text, Uint8Array.from(der))).toBe(false)
  })

  it('with s taken from the order is as right to both as RFC 7518 has it', async () => {
    const s = BigInt(`0x${good.toString('hex', 32)}`)
    const other = Buffer.concat([good.subarray(0, 32), number(order - s)])
    expect(await check(text, Uint8Array.from(other))).toBe(true)
  })
})

describe('a key', () => {
  it('J14: that is no point of its curve is found when it is imported', async () => {
    const { kty, crv, x } = makeKey('ES256')
    const off = { kty, crv, x, y: base64url(Buffer.alloc(32, 1)) }
    expect(() => nodeSignatures.importCheck('ES256', off)).toThrow()
    await expect(bothSignatures.importCheck('ES256', off)).rejects.toThrow(/^(?!one of the two)/)
  })

  it('J14: of RSA with less than 2048 bits is refused by both', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const weak = { ...publicKey.export({ format: 'jwk' }) }
    await expect(bothSignatures.importCheck('RS256', weak)).rejects.toThrow(TypeError)
  })

  it('J2: is not taken for another algorithm, least of all as the secret of HS256', async () => {
    for (const own of algorithms) {
      const jwk = makeKey(own)
      const shown = own === 'HS256' ? jwk : ({ ...publicPart(own, jwk) } as JsonObject)
      for (const other of algorithms.filter((algorithm) => algorithm !== own)) {
        await expect(bothSignatures.importCheck(other, shown)).rejects.toThrow(TypeError)
      }
    }
  })
})

describe('a check that stumbles', () => {
  const jws = { algorithm: 'ES256', signed: text, payload: Buffer.of(1), signature: Buffer.of(1) }
  const throwing: Record<string, SignatureCheck> = {
    throws: () => {
      throw new Error('a fault of the library')
    },
    rejects: () => Promise.reject(new Error('a fault of the library')),
    'says no': () => false,
    'says no later': async () => false,
    'says something else': (async () => 'true') as never,
  }

  it.each(Object.keys(throwing))('J15: and %s leaves a token that is not valid', async (how) => {
    const check = throwing[how] as SignatureCheck
    const work = async () => verifySignature(jws, { algorithm: 'ES256', check })
    expect(await codeOf(work)).toBe('invalid_token')
    await expect(work()).rejects.toThrow(AuthError)
  })

  it('J1: is not even asked about a token of another algorithm', async () => {
    let asked = 0
    const check: SignatureCheck = () => {
      asked += 1
      return true
    }
    expect(await codeOf(() => verifySignature(jws, { algorithm: 'EdDSA', check }))).toBe(
      'invalid_token',
    )
    expect([asked, await verifySignature(jws, { algorithm: 'ES256', check })]).toEqual([0, true])
  })
})
