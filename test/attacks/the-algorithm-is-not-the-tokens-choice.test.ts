/** The key decides the algorithm: CVE-2015-9235, CVE-2016-5431, CVE-2022-23540 and their heirs (J1-J3). */

import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'
import { partsOf, signedWithSecret, unsigned } from './forged-access-token.ts'

const algorithms = ['ES256', 'EdDSA', 'RS256'] as const

async function setUp(algorithm: (typeof algorithms)[number] | 'HS256') {
  const { auth } = await createTestAuth({ accessToken: { algorithm } })
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  const { body } = await send(`${base}/auth/.well-known/jwks.json`, 'GET')
  const { keys = [] } = body as { readonly keys?: readonly JsonWebKey[] }
  const parts = partsOf(client.held().accessToken)
  const codeOf = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await send(`${base}/guarded`, 'GET', { headers })
    if (answer.status === 401) {
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
    }
    return `${answer.status} ${answer.body.code ?? ''}`
  }
  expect(await codeOf(client.held().accessToken)).toBe('200 ')
  return { ...parts, keys, codeOf }
}

/** All that a careless library may hand to HMAC where it was given a public key. */
function encodingsOf(jwk: JsonWebKey): readonly (string | Buffer)[] {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const der = key.export({ type: 'spki', format: 'der' })
  const { kid: _, use: __, alg: ___, ...bare } = jwk as Record<string, unknown>
  const members = [jwk.n, jwk.e, jwk.x, jwk.y].filter((member) => member !== undefined)
  const bytes = members.map((member) => Buffer.from(member, 'base64url'))
  return [
    ...[
      pem,
      pem.trim(),
      `${pem}\n`,
      pem.replaceAll('\n', '\r\n'),
      pem.split('\n').slice(1, -2).join(''),
    ],
    ...[der, der.toString('base64'), der.toString('base64url'), der.toString('hex')],
    ...[JSON.stringify(jwk), JSON.stringify(bare), JSON.stringify({ keys: [jwk] })],
    ...[...members, ...bytes, Buffer.concat(bytes), Buffer.concat([Buffer.of(4), ...bytes])],
    ...[String(jwk.kid), '', 'undefined', 'null', '[object Object]', '[object CryptoKey]'],
    Buffer.alloc(32),
  ]
}

describe.each(algorithms)('a server that signs with %s', async (algorithm) => {
  test('J2: no encoding of its public key is a secret', async () => {
    const { header, claims, keys, codeOf } = await setUp(algorithm)
    const [jwk] = keys
    if (jwk === undefined) throw new Error('no key is published')
    for (const secret of encodingsOf(jwk)) {
      const token = signedWithSecret({ ...header, alg: 'HS256' }, claims, secret)
      expect(await codeOf(token)).toBe('401 invalid_token')
      const sameName = signedWithSecret(header, claims, secret)
      expect(await codeOf(sameName)).toBe('401 invalid_token')
    }
  })

  test('J1, J3: no other name of an algorithm is taken, nor any spelling of none', async () => {
    const { header, claims, signature, codeOf } = await setUp(algorithm)
    const none = [
      'none',
      'None',
      'NONE',
      'nOnE',
      'noNE',
      ' none',
      'none ',
      'n\u043ene',
      '\uff4eone',
      '',
    ]
    const other = [
      'ES256',
      'EdDSA',
      'RS256',
      'HS256',
      'PS256',
      'ES384',
      'ES256K',
      'Ed25519',
      'RSA-OAEP',
    ]
    const spelt = [algorithm.toLowerCase(), `${algorithm}\0`, algorithm.replace('2', '\uff12')]
    const typed = [null, 0, false, [algorithm], { alg: algorithm }]
    const names = [...none, ...other, ...spelt, ...typed].filter((name) => name !== algorithm)
    for (const alg of names) {
      const text = unsigned({ ...header, alg }, claims)
      for (const end of [`.${signature}`, '.', '', '.AA', '.e30']) {
        expect([alg, await codeOf(text + end)]).toEqual([alg, '401 invalid_token'])
      }
    }
  })
})

test('J14: a server that signs with HS256 takes no secret that can be guessed', async () => {
  const { header, claims, keys, codeOf } = await setUp('HS256')
  expect(keys).toEqual([])
  for (const secret of [
    '',
    'secret',
    'changeme',
    String(header.kid),
    Buffer.alloc(32),
    Buffer.of(0),
  ]) {
    expect(await codeOf(signedWithSecret(header, claims, secret))).toBe('401 invalid_token')
  }
})
