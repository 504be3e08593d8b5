/** Keys of the issuer: fetched when needed, kept when it fails, let go in time. */

import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { type Issuer, startIssuer, verdictOf, withKid } from '../support/issuer.ts'

const json =
  (value: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, headers).end(JSON.stringify(value))

const jwksAsked = ({ asked }: Issuer) => asked.filter((path) => path.includes('jwks')).length

async function prepare() {
  const issuer = await startIssuer()
  const { accessToken } = await issuer.loginAs('ada')
  const verifier = issuer.verifier()
  return { issuer, accessToken, verifier }
}

test('nobody is asked before the first token, and all who come at once share one fetch', async () => {
  const { issuer, accessToken, verifier } = await prepare()
  expect(issuer.asked).toEqual([])
  await Promise.all(Array.from({ length: 100 }, () => verifier.verify(accessToken)))
  expect(jwksAsked(issuer)).toBe(1)
})

test('the JWKS is where the metadata say, at the root or under /auth', async () => {
  const { issuer, accessToken, verifier } = await prepare()
  await verifier.verify(accessToken)
  expect(issuer.asked).toEqual([
    '/.well-known/oauth-authorization-server',
    '/auth/.well-known/oauth-authorization-server',
    '/auth/.well-known/jwks.json',
  ])
})

test('J5: a flood of unknown kids has the keys fetched at most once in 30 seconds', async () => {
  const { issuer, accessToken, verifier } = await prepare()
  await verifier.ready()
  const flood = async () => {
    for (let round = 0; round < 20; round += 1) {
      const kids = Array.from({ length: 20 }, (_, index) =>
        withKid(accessToken, `${round}-${index}`),
      )
      const verdicts = await Promise.all(
        kids.map((token) => verdictOf(() => verifier.verify(token))),
      )
      expect(new Set(verdicts)).toEqual(new Set(['invalid_token']))
    }
  }
  await flood()
  expect(jwksAsked(issuer)).toBe(2)
  issuer.clock.advance('29s')
  await flood()
  expect(jwksAsked(issuer)).toBe(2)
  issuer.clock.advance('2s')
  await flood()
  expect(jwksAsked(issuer)).toBe(3)
})

test('a key that signs at once is known with its first token', async () => {
  const { issuer, accessToken, verifier } = await prepare()
  await verifier.verify(accessToken)
  await issuer.auth.keys.rotate({ now: true })
  const { accessToken: newer } = await issuer.loginAs('ada')
  expect(await verdictOf(() => verifier.verify(newer))).toBe('verified')
  // The key of the older one has gone, and with it what was verified.
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('invalid_token')
})

test('G13: over rotations no good token is refused', { timeout: 30_000 }, async () => {
  const { issuer, verifier } = await prepare()
  const kids = new Set<string>()
  const alive: { token: string; until: number }[] = []
  let checked = 0
  for (let step = 0; step < 600; step += 1) {
    if (step % 120 === 0) await issuer.auth.keys.rotate()
    issuer.clock.advance('20s')
    const { accessToken } = await issuer.loginAs('ada')
    kids.add(JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()).kid)
    alive.push({ token: accessToken, until: issuer.clock.now() + 15 * 60_000 })
    while ((alive[0]?.until ?? 0) <= issuer.clock.now()) alive.shift()
    for (const { token } of alive) {
      expect(await verdictOf(() => verifier.verify(token))).toBe('verified')
      checked += 1
    }
  }
  expect(kids.size).toBeGreaterThan(3)
  expect(checked).toBeGreaterThan(20_000)
  // 200 minutes of max-age=300, and no unknown kid: published keys were there before their use.
  expect(jwksAsked(issuer)).toBeLessThanOrEqual(41)
})

const faults: readonly (readonly [string, RequestListener])[] = [
  ['500', (_request, response) => void response.writeHead(500).end('{"keys":[]}')],
  ['is cut off', (request) => request.socket.destroy()],
  [
    'breaks off',
    (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('{"keys":')
      setTimeout(() => response.destroy(), 20)
    },
  ],
  ['is no JSON', (_request, response) => void response.end('<html>')],
  ['is no JWKS', json({ keys: 'none' })],
  ['has no key', json({ keys: [] })],
  ['has too many keys', json({ keys: Array.from({ length: 51 }, () => ({})) })],
  ['is too long', (_request, response) => void response.end(`{"keys":[]}${' '.repeat(70_000)}`)],
  ['never ends', (_request, response) => void response.writeHead(200).write('{')],
  ['never comes', () => {}],
  [
    'redirects',
    (_request, response) => void response.writeHead(302, { Location: '/elsewhere' }).end(),
  ],
]

test.each(faults)(
  'G6: an issuer whose answer %s costs nothing while its keys are known',
  async (_, fault) => {
    const { issuer, accessToken, verifier } = await prepare()
    await verifier.verify(accessToken)
    issuer.answerWith(fault)
    issuer.clock.advance('5m')
    expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
    const before = performance.now()
    // An outage is not a bad token: the issuer may have made this key.
    expect(await verdictOf(() => verifier.verify(withKid(accessToken, 'new')))).toBe(
      'temporarily_unavailable',
    )
    expect(performance.now() - before).toBeLessThan(1500)
    expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
    expect(issuer.asked).not.toContain('/elsewhere')
  },
)

test.each(faults)(
  'G6: where it %s from the start all is 503, and good two seconds after it is mended',
  async (_, fault) => {
    const { issuer, accessToken, verifier } = await prepare()
    issuer.answerWith(fault)
    expect(await verdictOf(() => verifier.verify(accessToken))).toBe('temporarily_unavailable')
    expect(await verdictOf(() => verifier.ready())).toBe('temporarily_unavailable')
    issuer.answerWith(undefined)
    issuer.clock.advance('2s')
    expect(await verdictOf(() => verifier.ready())).toBe('verified')
    expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
  },
)

test('an issuer that fails is asked less and less often', async () => {
  const { issuer, accessToken, verifier } = await prepare()
  await verifier.verify(accessToken)
  issuer.answerWith((_request, response) => void response.writeHead(500).end())
  issuer.clock.advance('5m')
  const tries = () => issuer.asked.filter((path) => path.startsWith('/.well-known')).length
  const before = tries()
  for (let second = 0; second < 120; second += 1) {
    await verdictOf(() => verifier.verify(withKid(accessToken, `${second}`)))
    issuer.clock.advance('1s')
  }
  expect(tries() - before).toBeLessThanOrEqual(9)
})

test('keys that the issuer has not confirmed within maxKeyAge are dropped, verified or not', async () => {
  const issuer = await startIssuer({ accessToken: { lifetime: '2h' } })
  const { accessToken } = await issuer.loginAs('ada')
  const verifier = issuer.verifier({ maxKeyAge: '1h' })
  await verifier.verify(accessToken)
  issuer.answerWith((_request, response) => void response.writeHead(500).end())
  issuer.clock.advance('59m')
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
  issuer.clock.advance('1m')
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('temporarily_unavailable')
})

test('after a long silence the keys are fetched before they are used', async () => {
  const issuer = await startIssuer({ accessToken: { lifetime: '2h' } })
  const { accessToken } = await issuer.loginAs('ada')
  const verifier = issuer.verifier()
  await verifier.verify(accessToken)
  await issuer.auth.keys.rotate({ now: true })
  issuer.clock.advance('10m')
  expect(await verdictOf(() => verifier.verify(accessToken))).toBe('invalid_token')
})
