/** Keys come from the store and nowhere else; a kid is only looked up (J4, J5; CVE-2018-0114). */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'
import { partsOf } from './forged-access-token.ts'

async function setUp() {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  const { header, claims } = partsOf(client.held().accessToken)
  const attacker = await generateKeyPair('ES256', { extractable: true })
  const publicJwk = await exportJWK(attacker.publicKey)
  const statusOf = async (extra: Record<string, unknown>) => {
    const protectedHeader = { ...header, ...extra, alg: 'ES256' }
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader(protectedHeader as { alg: string })
      .sign(attacker.privateKey)
    const headers = { Authorization: `Bearer ${token}` }
    const { status, body } = await send(`${base}/guarded`, 'GET', { headers })
    return [status, body.code]
  }
  const stillWorks = async () => (await client.call('GET', '/guarded')).status
  return { statusOf, stillWorks, kid: String(header.kid), publicJwk }
}

async function listener() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.end('{"keys":[]}')
  }).on('connection', () => seen.push('connection'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` }
}

test('J4: a key in the header is not used, and an address in it is not visited', async () => {
  const { statusOf, stillWorks, kid, publicJwk } = await setUp()
  const { seen, url } = await listener()
  const own = { ...publicJwk, kid, use: 'sig', alg: 'ES256' }
  for (const header of [
    ...[
      { jwk: publicJwk },
      { jwk: own },
      { jwk: own, kid: undefined },
      { jwk: JSON.stringify(own) },
    ],
    ...[{ jku: url }, { x5u: url }, { jku: url, kid: 'unknown' }, { x5u: url, x5t: kid }],
    ...[
      { x5c: ['MIIB'] },
      { x5c: [url] },
      { jwks: { keys: [own] } },
      { jwks_uri: url },
      { kid: url },
    ],
  ]) {
    expect(await statusOf(header)).toEqual([401, 'invalid_token'])
  }
  expect(await stillWorks()).toBe(200)
  expect(seen).toEqual([])
})

test('J5: a kid that is a path, a query, a name of the prototype or long is unknown', async () => {
  const { statusOf, stillWorks, kid } = await setUp()
  const prototype = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
  const paths = [
    '../../../../dev/null',
    '/dev/null',
    'file:///etc/passwd',
    '..\\..\\x',
    `${kid}/..`,
  ]
  const queries = [
    "' OR 1=1 --",
    "x' UNION SELECT 'AA",
    '"; DROP TABLE signing_keys; --',
    '$ne',
    '*',
  ]
  const shells = [
    '|/bin/true',
    '`id`',
    '$(id)',
    '%00',
    `${kid}\0`,
    `${kid}%00`,
    ` ${kid}`,
    `${kid} `,
  ]
  const others = [kid.toUpperCase(), kid.slice(1), '\ud800', '🔑', 'k'.repeat(128), 'k'.repeat(129)]
  const typed = [null, 0, true, [kid], { kid }, { $ne: null }]
  for (const value of [...prototype, ...paths, ...queries, ...shells, ...others, ...typed]) {
    if (value === kid) continue
    expect([value, ...(await statusOf({ kid: value }))]).toEqual([value, 401, 'invalid_token'])
  }
  expect(({} as { kty?: string }).kty).toBeUndefined()
  expect(await stillWorks()).toBe(200)
})

test('J5, J17: a kid of 64 KB is refused before it is decoded', async () => {
  const { auth } = await createTestAuth()
  const header = Buffer.from(
    JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'k'.repeat(65_536) }),
  )
  const token = `${header.toString('base64url')}.e30.AAAA`
  const times: number[] = []
  // The best of ten, so that another program's turn on the processor does not count.
  for (let round = 0; round < 10; round += 1) {
    const start = performance.now()
    await expect(async () => auth.verify(token)).rejects.toMatchObject({ cause: 'token too long' })
    times.push(performance.now() - start)
  }
  expect(Math.min(...times)).toBeLessThan(5)
  const base = await serveNode(auth)
  const answer = await send(`${base}/guarded`, 'GET', {
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(431)
})
