/** The JOSE cookbook (RFC 7520), RFC 8037 and RFC 7797: examples of the standards themselves (G9). */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseCompactJws } from '../../src/tokens/jws-format.ts'
import { publicPart } from '../../src/tokens/key-import.ts'
import type { JsonObject } from '../../src/tokens/strict-json.ts'
import { bothSignatures } from '../tokens/both-signatures.ts'
import { codeOf, createForge, goodClaims } from '../tokens/token-kit.ts'
import { verdictOn } from './jws-verdict.ts'
import { readVectors, vectorsFolder } from './vectors.ts'

interface Example {
  readonly input: { readonly key: JsonObject }
  readonly output: Readonly<Record<string, unknown>> & { readonly compact?: string }
}

const { decode, importCheck } = bothSignatures
const folder = vectorsFolder('rfc7520')
const read = <T>(path: string): T => JSON.parse(readVectors(`rfc7520/${path}`).toString()) as T
const examplesIn = (under: string) =>
  readdirSync(join(folder ?? '', under)).map((name) => read<Example>(`${under}/${name}`))
const textsOf = ({ output }: Example): readonly string[] =>
  Object.values(output).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))

test('J6: an unencoded payload is refused, however it is announced (RFC 7797)', async () => {
  const { forge } = await createForge('HS256')
  for (const header of [{ b64: false, crit: ['b64'] }, { b64: false }, { crit: ['b64'] }]) {
    const [protectedHeader = '', , signature] = (await forge(goodClaims)).split('.')
    const said = JSON.parse(Buffer.from(protectedHeader, 'base64url').toString())
    const changed = Buffer.from(JSON.stringify({ ...said, ...header })).toString('base64url')
    for (const payload of ['e30', '$.02', '']) {
      const token = `${changed}.${payload}.${signature}`
      expect(await codeOf(() => parseCompactJws(token, decode))).toBe('invalid_token')
    }
  }
})

if (folder !== undefined) {
  describe('G9: RFC 7520', () => {
    test.each([
      ['RS256', '4_1.rsa_v15_signature'],
      ['HS256', '4_4.hmac-sha2_integrity_protection'],
    ])('the compact example of %s is accepted, its JSON forms are not', async (_, name) => {
      const example = read<Example>(`jws/${name}.json`)
      const { key } = example.input
      expect(await verdictOn(example.output.compact ?? '', [key])).toBe('accepted')
      for (const text of textsOf(example).filter((text) => text !== example.output.compact)) {
        expect(await verdictOn(text, [key])).toBe('token')
      }
    })

    test('the Ed25519 example is accepted (RFC 8037)', async () => {
      const { input, output } = read<Example>('curve25519/jws.json')
      expect(await verdictOn(output.compact ?? '', [input.key])).toBe('accepted')
    })

    test('J1: the examples of other algorithms are refused', async () => {
      for (const name of ['4_2.rsa-pss_signature', '4_3.ecdsa_signature']) {
        const { input, output } = read<Example>(`jws/${name}.json`)
        expect(await verdictOn(output.compact ?? '', [input.key])).not.toBe('accepted')
      }
    })

    test('J7: what is detached, unprotected or signed twice is refused', async () => {
      const names = readdirSync(join(folder, 'jws')).filter((name) => /^4_[5-8]/.test(name))
      expect(names).toHaveLength(4)
      for (const name of names) {
        const example = read<Example>(`jws/${name}`)
        const keys = [example.input.key].flat() as JsonObject[]
        for (const text of textsOf(example)) expect(await verdictOn(text, keys)).toBe('token')
      }
    })

    test('J8: every JWE is refused', async () => {
      const examples = examplesIn('jwe')
      expect(examples).toHaveLength(13)
      for (const text of examples.flatMap(textsOf)) {
        expect(await codeOf(() => parseCompactJws(text, decode))).toBe('invalid_token')
      }
    })

    test('J6: every example with b64 false is refused', async () => {
      const examples = examplesIn('rfc7797')
      expect(examples).toHaveLength(2)
      for (const example of examples) {
        for (const text of textsOf(example)) {
          expect(await verdictOn(text, [example.input.key])).toBe('token')
        }
      }
    })

    test('K1: the RSA and MAC keys are imported, of a private key only the public part', async () => {
      const rsa = read<JsonObject>('jwk/3_4.rsa_private_key.json')
      const secret = read<JsonObject>('jwk/3_5.symmetric_key_mac_computation.json')
      const published = read<JsonObject>('jwk/3_3.rsa_public_key.json')
      await expect(importCheck('RS256', published)).resolves.toBeDefined()
      await expect(importCheck('HS256', secret)).resolves.toBeDefined()
      const { kty, n, e } = published
      expect(publicPart('RS256', rsa)).toEqual({ kty, n, e })
    })

    test('J14: a key of another curve, and one for encryption, are refused', async () => {
      const curve = read<JsonObject>('jwk/3_1.ec_public_key.json')
      const encryption = read<JsonObject>('jwk/3_6.symmetric_key_encryption.json')
      await expect(importCheck('ES256', curve)).rejects.toThrow(TypeError)
      await expect(importCheck('HS256', encryption)).rejects.toThrow(TypeError)
    })
  })
}
