/** What is fetched from the issuer, and what of it is taken. */

import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { type Issuer, startIssuer, verdictOf, withKid } from '../support/issuer.ts'

const json =
  (value: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, headers).end(JSON.stringify(value))

const keysOf = ({ auth }: Issuer) => auth.http.core.jwks()

async function prepare() {
  const issuer = await startIssuer()
  return { issuer, accessToken: (await issuer.loginAs('ada')).accessToken }
}

test.each([
  ['max-age=0', {}, 60],
  ['public, max-age=120', {}, 120],
  ['max-age=300', { Age: '200' }, 100],
  ['max-age=99999999', {}, 3600],
  ['no-store', {}, 300],
])(
  'Cache-Control %s with %o keeps the keys for %i seconds',
  async (cacheControl, more, seconds) => {
    const issuer = await startIssuer({ accessToken: { lifetime: '2h' } })
    const { accessToken } = await issuer.loginAs('ada')
    issuer.answerWith(json(keysOf(issuer), { 'Cache-Control': cacheControl, ...more }))
    const verifier = issuer.verifier({ jwksUri: `${issuer.base}/keys` })
    await verifier.verify(accessToken)
    issuer.clock.advance(seconds * 1000 - 1)
    await verifier.verify(accessToken)
    expect(issuer.asked.length).toBe(1)
    issuer.clock.advance(1)
    await verifier.verify(accessToken)
    await expect.poll(() => issuer.asked.length).toBe(2)
  },
)

test('J2, J4: keys of other kinds, secrets and weak ones are passed over, and so are two of one kid', async () => {
  const { issuer, accessToken } = await prepare()
  const [key] = keysOf(issuer).keys as Record<string, unknown>[]
  const others = [
    { kty: 'oct', kid: 'secret', k: 'A'.repeat(43), alg: 'HS256' },
    { kty: 'RSA', kid: 'weak', n: 'AQAB', e: 'AQAB' },
    { kty: 'EC', crv: 'P-384', kid: 'curve', x: 'AA', y: 'AA' },
    null,
    'key',
    { ...key, kid: 7 },
    { ...key, kid: 'encryption', use: 'enc' },
    { ...key, kid: 'other', alg: 'RS256' },
  ]
  issuer.answerWith(json({ keys: [...others, key] }))
  const jwksUri = `${issuer.base}/keys`
  const verifier = issuer.verifier({ jwksUri })
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
  for (const kid of ['secret', 'weak', 'curve', 'encryption', 'other']) {
    expect(await verdictOf(() => verifier.verify(withKid(accessToken, kid)))).toBe('invalid_token')
  }
  issuer.answerWith(json({ keys: [key, { ...key }] }))
  const another = issuer.verifier({ jwksUri })
  expect(await verdictOf(() => another.verify(accessToken))).toBe('temporarily_unavailable')
})

test.each([
  ['another issuer', { issuer: 'https://id.example' }],
  ['plain http', { jwks_uri: 'http://keys.example/jwks.json' }],
  ['a file', { jwks_uri: 'file:///etc/passwd' }],
  ['a password', { jwks_uri: 'https://a:b@keys.example/' }],
  ['nothing', { jwks_uri: undefined }],
])('J4: metadata that name %s are refused, and nobody else is asked', async (_, wrong) => {
  const { issuer, accessToken } = await prepare()
  const metadata = { issuer: issuer.base, jwks_uri: `${issuer.base}/auth/.well-known/jwks.json` }
  issuer.answerWith(json({ ...metadata, ...wrong }))
  const errors: unknown[] = []
  const asked: string[] = []
  const verifier = issuer.verifier({
    onError: (error) => errors.push(error),
    fetch: (url, init) => {
      asked.push(url)
      return fetch(url, init)
    },
  })
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('temporarily_unavailable')
  expect(asked.every((url) => url.startsWith(issuer.base) && !url.includes('jwks'))).toBe(true)
  expect(String(errors[0])).toMatch(/is not about|names no jwks_uri/)
})
