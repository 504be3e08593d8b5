/**
 * A token that nobody signed is refused, however it names its algorithm, key or extensions.
 *
 * jsonwebtoken: CVE-2015-9235 (none, RS256 taken for HS256), CVE-2022-23539 (key of another type),
 * CVE-2022-23540 (none by default), CVE-2022-23541 (asymmetric key as HMAC secret); express-jwt:
 * CVE-2020-15084 (no list of algorithms); fast-jwt: CVE-2026-34950 (public key with white space
 * before it as HMAC secret), CVE-2026-35042 (crit not looked at).
 */

import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { expect, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

interface PublishedKey extends JsonWebKey {
  readonly kid: string
}

async function target(algorithm: 'ES256' | 'EdDSA' | 'RS256') {
  const { auth } = await createTestAuth({ accessToken: { algorithm } })
  const base = await serveNode(auth)
  const { accessToken } = (await loggedIn(base, 'ada')).held()
  const { text } = await send(`${base}/auth/.well-known/jwks.json`, 'GET')
  const [jwk] = (JSON.parse(text) as { keys: PublishedKey[] }).keys
  if (jwk === undefined) throw new Error('the JWKS is empty')
  const visit = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` }
    const { status, body } = await send(`${base}/auth/profile`, 'GET', { headers })
    return [status, body.code]
  }
  expect((await visit(accessToken))[0]).toBe(200)
  return { accessToken, jwk, visit, claims: claimsOf(accessToken) }
}

const refused = [401, 'invalid_token']

test('J1, J3, G8: a token without a signature is refused, however `none` is spelt', async () => {
  const { accessToken, jwk, visit, claims } = await target('ES256')
  const signature = accessToken.split('.')[2]
  for (const alg of ['none', 'None', 'NONE', 'nOnE', 'none ', '', null, undefined, 'ES256']) {
    const unsigned = `${encode({ alg, typ: 'at+jwt', kid: jwk.kid })}.${encode(claims)}`
    expect([alg, ...(await visit(`${unsigned}.`))]).toEqual([alg, ...refused])
    expect([alg, ...(await visit(unsigned))]).toEqual([alg, ...refused])
    if (alg === 'ES256') continue
    expect([alg, ...(await visit(`${unsigned}.${signature}`))]).toEqual([alg, ...refused])
  }
})

/** Every form in which a careless program may hand a public key to an HMAC. */
function secretsFrom(jwk: PublishedKey, key: KeyObject): readonly (string | Buffer)[] {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const der = key.export({ type: 'spki', format: 'der' })
  const spaced = [pem, pem.trim(), `\n${pem}`, ` ${pem}`, `\t${pem}`, pem.replaceAll('\n', '\r\n')]
  return [...spaced, der, der.toString('base64'), JSON.stringify(jwk), jwk.kid, '']
}

test.each(['ES256', 'EdDSA', 'RS256'] as const)(
  'J2, G8: our public key of %s is no HMAC secret, in whatever form it is taken',
  async (algorithm) => {
    const { jwk, visit, claims } = await target(algorithm)
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    for (const [hash, alg] of [
      ['sha256', 'HS256'],
      ['sha512', 'HS512'],
      ['sha256', algorithm],
    ] as const) {
      const signed = `${encode({ alg, typ: 'at+jwt', kid: jwk.kid })}.${encode(claims)}`
      for (const secret of secretsFrom(jwk, key)) {
        const mac = createHmac(hash, secret).update(signed).digest('base64url')
        expect(await visit(`${signed}.${mac}`)).toEqual(refused)
      }
    }
  },
)

test("J2, J5, G8: a key of the attacker's under our kid verifies nothing", async () => {
  const { jwk, visit, claims } = await target('ES256')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
  for (const [alg, key] of [
    ['RS256', rsa],
    ['PS256', rsa],
    ['ES256', ec],
    ['ES256', other],
    ['ES384', other],
  ] as const) {
    for (const kid of [jwk.kid, undefined, [jwk.kid], { toString: jwk.kid }]) {
      const signed = `${encode({ alg, typ: 'at+jwt', kid })}.${encode(claims)}`
      for (const dsaEncoding of ['ieee-p1363', 'der'] as const) {
        const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding })
        expect(await visit(`${signed}.${signature.toString('base64url')}`)).toEqual(refused)
      }
    }
  }
})

test('J6, G8: a genuine token with another header is refused, with crit above all', async () => {
  const { accessToken, jwk, visit } = await target('ES256')
  const [, payload, signature] = accessToken.split('.')
  const header = { alg: 'ES256', typ: 'at+jwt', kid: jwk.kid }
  for (const extra of [{ crit: ['b64'] }, { crit: [] }, { crit: ['exp'] }, { b64: false }, {}]) {
    const other = encode({ x: 1, ...header, ...extra })
    expect(await visit(`${other}.${payload}.${signature}`)).toEqual(refused)
  }
})
