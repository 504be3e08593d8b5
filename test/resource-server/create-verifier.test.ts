/** A service that only checks tokens: the same verdicts as the server's, from its keys alone. */

import { expect, onTestFinished, test } from 'vitest'
import { createVerifier, type ServiceVerifierOptions } from '../../src/resource-server/index.ts'
import { createVerifier as createWebVerifier } from '../../src/resource-server/web.ts'
import { createTestAuth } from '../../src/testing/index.ts'
import { type Issuer, startIssuer, verdictOf, withKid } from '../support/issuer.ts'

const feedOf = ({ auth }: Issuer) => auth.http.core.context.sessions.revocations

test('a token of the issuer gives the claims that the server gives', async () => {
  const issuer = await startIssuer()
  const { accessToken, user } = await issuer.loginAs('ada', { roles: ['admin'], scopes: ['notes'] })
  const verifier = issuer.verifier()
  const claims = await verifier.verify(accessToken)
  expect(claims).toEqual(await issuer.auth.verify(accessToken))
  expect([claims.sub, claims.roles, claims.scope]).toEqual([user.id, ['admin'], 'notes'])
})

test('a token that was verified before is answered at once, without a promise', async () => {
  const issuer = await startIssuer()
  const { accessToken } = await issuer.loginAs('ada')
  const verifier = issuer.verifier()
  const first = await verifier.verify(accessToken)
  expect(verifier.verify(accessToken)).toBe(first)
})

test.each(['ES256', 'EdDSA', 'RS256'] as const)(
  'J2: %s is taken from the key that the issuer publishes',
  async (algorithm) => {
    const issuer = await startIssuer({ accessToken: { algorithm } })
    const { accessToken } = await issuer.loginAs('ada')
    expect(await verdictOf(() => issuer.verifier().verify(accessToken))).toBe('verified')
  },
)

test('J5, J11, J12: another issuer, audience, kid or signature is refused as an invalid token', async () => {
  const issuer = await startIssuer()
  const { accessToken } = await issuer.loginAs('ada')
  const stranger = await createTestAuth({ issuer: issuer.base })
  onTestFinished(stranger.close)
  const foreign = (await stranger.loginAs('ada')).accessToken
  const verifier = issuer.verifier()
  for (const token of [foreign, withKid(accessToken, '../keys'), `${accessToken}A`, '', 'x.y.z']) {
    expect(await verdictOf(() => verifier.verify(token))).toBe('invalid_token')
  }
  const elsewhere = issuer.verifier({ audience: 'https://another.example' })
  expect(await verdictOf(() => elsewhere.verify(accessToken))).toBe('invalid_token')
})

test('J10: a token ends at exp and the leeway, and earlier where its lifetime is said to be shorter', async () => {
  const issuer = await startIssuer()
  const { accessToken } = await issuer.loginAs('ada')
  const usual = issuer.verifier()
  const short = issuer.verifier({ accessTokenLifetime: '5m', leeway: 0 })
  expect(await verdictOf(() => usual.verify(accessToken))).toBe('verified')
  expect(await verdictOf(() => short.verify(accessToken))).toBe('verified')
  issuer.clock.advance('5m')
  expect(await verdictOf(() => usual.verify(accessToken))).toBe('verified')
  expect(await verdictOf(() => short.verify(accessToken))).toBe('token_expired')
  issuer.clock.advance('10m')
  issuer.clock.advance('6s')
  expect(await verdictOf(() => usual.verify(accessToken))).toBe('token_expired')
})

test('without revocations a session that ended is good until its token expires', async () => {
  const issuer = await startIssuer()
  const { accessToken, refreshToken } = await issuer.loginAs('ada')
  const verifier = issuer.verifier()
  await issuer.auth.logout({ refreshToken })
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
})

test('with the feed an ended session and an outdated token are refused, verified before or not', async () => {
  const issuer = await startIssuer()
  const verifier = issuer.verifier({ revocations: { feed: feedOf(issuer) } })
  await verifier.ready()
  const ada = await issuer.loginAs('ada')
  const bob = await issuer.loginAs('bob')
  const eve = await issuer.loginAs('eve')
  for (const { accessToken } of [ada, bob]) await verifier.verify(accessToken)
  await issuer.auth.logout({ refreshToken: ada.refreshToken })
  await issuer.auth.users.setRoles(bob.user.id, ['guest'])
  await issuer.auth.users.disable(eve.user.id)
  await expect.poll(() => verdictOf(() => verifier.verify(eve.accessToken))).toBe('session_ended')
  expect(await verdictOf(() => verifier.verify(ada.accessToken))).toBe('session_ended')
  expect(await verdictOf(() => verifier.verify(bob.accessToken))).toBe('token_outdated')
})

test('a feed that is cut off is 503 within maxStaleness, and never a 401', async () => {
  const issuer = await startIssuer()
  let cut = false
  const feed: ReturnType<typeof feedOf> = (cursor, wait) =>
    cut ? Promise.reject(new Error('cut off')) : feedOf(issuer)(cursor, wait)
  const rejecting = issuer.verifier({ revocations: { feed } })
  const accepting = issuer.verifier({ revocations: { feed, whenStale: 'accept' } })
  await Promise.all([rejecting.ready(), accepting.ready()])
  const { accessToken } = await issuer.loginAs('ada')
  expect(await verdictOf(() => rejecting.verify(accessToken))).toBe('verified')
  cut = true
  // The read under way, which waits a second for news, began before this.
  await new Promise((resolve) => setTimeout(resolve, 1300))
  issuer.clock.advance(5001)
  expect(await verdictOf(() => rejecting.verify(accessToken))).toBe('temporarily_unavailable')
  expect(await verdictOf(() => rejecting.ready())).toBe('temporarily_unavailable')
  expect(await verdictOf(() => accepting.verify(accessToken))).toBe('verified')
  cut = false
  await expect
    .poll(() => verdictOf(() => rejecting.verify(accessToken)), { timeout: 5000 })
    .toBe('verified')
})

test('until the feed was first read nothing is accepted', async () => {
  const issuer = await startIssuer()
  const { accessToken } = await issuer.loginAs('ada')
  const verifier = issuer.verifier({ revocations: { feed: () => Promise.reject(new Error()) } })
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('temporarily_unavailable')
})

test('all mistakes in the options are told at once, each with its path', () => {
  const wrong = {
    issuer: 'http://id.example',
    audience: '',
    jwksUri: 'http://keys.example/jwks.json',
    leeway: '2m',
    maxKeyAge: '1m',
    revocations: { whenStale: 'check-store' },
  } as unknown as ServiceVerifierOptions
  expect(() => createVerifier(wrong)).toThrowErrorMatchingInlineSnapshot(`
    [TypeError: The verifier cannot start:
      - issuer must be https, got 'http://id.example'
      - audience must be a string that is not empty
      - jwksUri must be an https URL without a user name (http only on this machine)
      - revocations needs redis or feed, one of the two
      - revocations.whenStale must be one of reject, accept, got 'check-store'
      - leeway must be at most '60s', got '2m'
      - maxKeyAge must be at least '3600s', got '1m']
  `)
})

test.each(['https://ada:secret@id.example', 'https://id.example/', 'id.example', ''])(
  'the issuer %j is a mistake',
  (issuer) => {
    expect(() => createVerifier({ issuer })).toThrow(/issuer must be/)
    expect(() => createVerifier({ issuer })).not.toThrow(/secret/)
  },
)

test('http is for this machine, or has to be allowed', () => {
  expect(() => createVerifier({ issuer: 'http://[::1]:3000' })).not.toThrow()
  expect(() => createVerifier({ issuer: 'http://auth:3000' })).toThrow(/https/)
  expect(() =>
    createVerifier({ issuer: 'http://auth:3000', allowInsecureHttp: true }),
  ).not.toThrow()
})

test('where there are only web standards Redis is a mistake that is told at once', () => {
  const revocations = { redis: 'redis://localhost' }
  const options = { issuer: 'https://id.example', revocations }
  expect(() => createWebVerifier(options)).toThrow(/needs Node.js/)
})
