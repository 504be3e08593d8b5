import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type LegacyTokenOptions, verifyLegacyToken } from '../../src/tokens/legacy-token.ts'
import { oldSecret, signOld } from '../support/old-application.ts'
import { codeOf } from './token-kit.ts'

const now = 1_800_000_000_000
const seconds = now / 1000
const options: LegacyTokenOptions = { secret: oldSecret, algorithm: 'HS256', leewaySeconds: 5 }
const claims = { id: '66f0', iat: seconds - 60, exp: seconds + 3600 }

const verify = (token: string, changes: Partial<LegacyTokenOptions> = {}) =>
  verifyLegacyToken(token, { ...options, ...changes }, now)
const codeFor = (token: string, changes = {}) => codeOf(async () => verify(token, changes))

describe('legacy tokens', () => {
  test('an old token is verified, with and without typ and exp', () => {
    expect(verify(signOld(claims))).toEqual(claims)
    expect(verify(signOld({ id: '66f0' }, { header: { alg: 'HS256' } }))).toEqual({ id: '66f0' })
  })

  test.each([
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ] as const)('%s is verified where it was chosen, and only there', async (algorithm, digest) => {
    const token = signOld(claims, { header: { alg: algorithm, typ: 'JWT' }, digest })
    expect(verify(token, { algorithm })).toEqual(claims)
    expect(await codeFor(token)).toBe('invalid_token')
  })

  test('J1, J3: none and other spellings of the algorithm are refused', async () => {
    for (const alg of ['none', 'None', 'hs256', 'HS512', 'ES256', 'RS256', '', null]) {
      expect(await codeFor(signOld(claims, { header: { alg, typ: 'JWT' } }))).toBe('invalid_token')
    }
    const [header, payload] = signOld(claims, { header: { alg: 'none' } }).split('.')
    expect(await codeFor(`${header}.${payload}.`)).toBe('invalid_token')
  })

  test('J2: a token signed by any key but the secret is refused', async () => {
    expect(await codeFor(signOld(claims, { secret: 'another secret' }))).toBe('invalid_token')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const [header, payload] = signOld(claims).split('.')
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    })
    expect(await codeFor(`${header}.${payload}.${signature.toString('base64url')}`)).toBe(
      'invalid_token',
    )
    expect(await codeFor(`${signOld(claims).slice(0, -4)}AAAA`)).toBe('invalid_token')
    expect(await codeFor(signOld(claims).split('.').slice(0, 2).join('.'))).toBe('invalid_token')
  })

  test('J6, J13: a header of another kind of token is refused, though the secret signed it', async () => {
    const others = [
      { typ: 'at+jwt' },
      { typ: 'application/at+jwt' },
      { typ: 'JWT', kid: 'k1' },
      { typ: 'JWT', crit: ['exp'] },
      { typ: 'JWT', b64: false },
      { typ: 'jwt ' },
      { typ: 1 },
    ]
    for (const other of others) {
      const token = signOld(claims, { header: { alg: 'HS256', ...other } })
      expect(await codeFor(token)).toBe('invalid_token')
    }
  })

  test('J9, J16: claims that are no strict JSON object are refused', async () => {
    for (const text of ['[]', '"66f0"', '{"id":"1","id":"2"}', '{', '']) {
      expect(await codeFor(signOld(text))).toBe('invalid_token')
    }
  })

  test('J10: times are numbers, judged with the leeway', async () => {
    expect(verify(signOld({ ...claims, exp: seconds - 4 }))).toBeTruthy()
    expect(await codeFor(signOld({ ...claims, exp: seconds - 5 }))).toBe('token_expired')
    expect(verify(signOld({ ...claims, nbf: seconds + 5 }))).toBeTruthy()
    for (const wrong of [
      { nbf: seconds + 6 },
      { iat: seconds + 6 },
      { exp: String(seconds + 60) },
      { exp: null },
      { exp: -1 },
      { iat: 'now' },
    ]) {
      expect(await codeFor(signOld({ ...claims, ...wrong }))).toBe('invalid_token')
    }
  })
})
