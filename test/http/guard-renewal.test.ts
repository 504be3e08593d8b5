/** `cookies.renewInGuard` over HTTP: what is renewed, and what is refused. */

import { describe, expect, test } from 'vitest'
import { noRequirements } from '../../src/http/guard.ts'
import { guardWithRenewal } from '../../src/http/guard-with-renewal.ts'
import { requireAuth } from '../../src/node/require-auth.ts'
import { claimsOf, createClient } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { pageRequest } from '../support/renewal.ts'
import { quarterHour, renewing, startRenewing } from '../support/renewal-server.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, listen, serveNode } from '../support/test-server.ts'

/** Names of the cookies that an answer sets, with a word where it clears them. */
const names = ({ setCookies }: Answer): string[] =>
  setCookies.map((line) => {
    const [name, value] = line.slice(0, line.indexOf(';')).split('=')
    return value === '' ? `${name} cleared` : `${name}`
  })

test('C1: the refresh cookie is __Host-, Path=/ and Lax, whoever sets it', async () => {
  const issuer = 'https://app.example'
  const { auth } = await createTestAuth({ ...renewing, issuer })
  const base = await serveNode(auth)
  await createClient(base).register('ada')
  const body = { username: 'ada', password: 'correct horse battery', transport: 'cookie' }
  const login = await send(`${base}/auth/login`, 'POST', { body, headers: { Origin: issuer } })
  const sent = login.setCookies.find((line) => line.startsWith('__Host-refresh_token='))
  const cookie = sent?.split(';')[0] ?? ''
  const page = await send(`${base}/page`, 'GET', { headers: { Cookie: cookie } })
  for (const { setCookies } of [login, page]) {
    const tokens = setCookies.filter((line) => !line.startsWith('__Host-device_token='))
    expect(tokens.map((line) => line.replace(/=[^;]*;/, ';'))).toEqual([
      '__Secure-refresh_token; Path=/auth; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
      '__Host-access_token; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure',
      '__Host-refresh_token; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure',
    ])
  }
  // Where pages are, a cookie of the other form can only have been planted.
  const planted = cookie.replace('__Host-', '__Secure-')
  const refused = await send(`${base}/page`, 'GET', { headers: { Cookie: planted } })
  expect([refused.status, refused.setCookies]).toEqual([401, []])
})

test('an expired, vanished or unknown access cookie is renewed, and the new pair goes on', async () => {
  const { get, advance, refreshCookie, accessToken } = await startRenewing()
  expect((await get({ Cookie: refreshCookie })).status).toBe(200)
  expect((await get({ Cookie: `${refreshCookie}; access_token=planted` })).status).toBe(200)
  advance(quarterHour)
  const renewed = await get({ Cookie: `${refreshCookie}; access_token=${accessToken}` })
  expect(names(renewed)).toEqual(['refresh_token cleared', 'access_token', 'refresh_token'])
  const cookies = renewed.setCookies.slice(1).map((line) => line.split(';')[0])
  expect((await get({ Cookie: cookies.join('; ') })).setCookies).toEqual([])
  advance(quarterHour)
  expect((await get({ Cookie: cookies[1] ?? '' })).status).toBe(200)
})

test('a signing key that leaked and was replaced logs nobody out', async () => {
  const { auth, get, refreshCookie, accessToken } = await startRenewing()
  await auth.keys.rotate({ now: true })
  const answer = await get({ Cookie: `access_token=${accessToken}; ${refreshCookie}` })
  expect([answer.status, answer.setCookies.length]).toEqual([200, 3])
})

test('C4: an unsafe request from elsewhere renews nothing', async () => {
  const { get, refreshCookie, accessToken, advance } = await startRenewing()
  const foreign = [
    {},
    { Origin: 'null' },
    { Origin: 'https://evil.example' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]
  advance(quarterHour)
  for (const cookie of [refreshCookie, `access_token=${accessToken}; ${refreshCookie}`]) {
    for (const headers of foreign) {
      const { status, body, setCookies } = await get({ Cookie: cookie, ...headers }, 'POST')
      expect([status, body.code, setCookies]).toEqual([403, 'csrf_refused', []])
    }
    expect((await get({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }, 'POST')).status).toBe(
      200,
    )
    // Followed from a page elsewhere: a safe method may renew.
    expect((await get({ Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(200)
  }
})

test('C8: bearer mode renews nothing', async () => {
  const { get, refreshCookie, accessToken, advance } = await startRenewing()
  advance(quarterHour)
  const answer = await get({ Cookie: refreshCookie, Authorization: `Bearer ${accessToken}` })
  expect([answer.body.code, answer.setCookies]).toEqual(['token_expired', []])
})

test('without the option no refresh cookie is read', async () => {
  const { get, refreshCookie } = await startRenewing({})
  const answer = await get({ Cookie: refreshCookie })
  expect([answer.body.code, answer.setCookies]).toEqual(['credentials_missing', []])
})

test('a token that was verified before costs no promise', async () => {
  const { auth, accessToken, refreshCookie } = await startRenewing()
  const cookie = `access_token=${accessToken}; ${refreshCookie}`
  const judge = () => guardWithRenewal(auth.http.core, pageRequest({ cookie }), noRequirements)
  await judge()
  expect(judge()).toMatchObject({ sid: claimsOf(accessToken).sid })
})

test('more than thirty renewals a minute are no client in a loop', async () => {
  const { get, refreshCookie } = await startRenewing()
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => get({ Cookie: refreshCookie })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
})

describe('a refused renewal', () => {
  test('clears the cookies of a token that is not ours, or was replayed', async () => {
    const { get, refreshCookie, client, advance } = await startRenewing()
    const foreign = await get({ Cookie: 'refresh_token=planted' })
    expect([foreign.body.code, names(foreign)]).toEqual([
      'refresh_token_invalid',
      ['access_token cleared', 'refresh_token cleared'],
    ])
    expect(foreign.headers.get('cache-control')).toBe('no-store')
    for (let step = 1; step <= 2; step += 1) await client.refresh()
    const late = await get({ Cookie: refreshCookie })
    expect([late.body.code, late.setCookies]).toEqual(['refresh_token_superseded', []])
    advance(11_000)
    const replayed = await get({ Cookie: refreshCookie })
    expect([replayed.body.code, replayed.setCookies.length]).toEqual(['refresh_token_replayed', 2])
  })

  test('leaves the cookies alone when the session has ended', async () => {
    const { get, refreshCookie, client } = await startRenewing()
    await client.call('POST', '/auth/logout')
    const answer = await get({ Cookie: refreshCookie })
    expect([answer.body.code, answer.setCookies]).toEqual(['session_ended', []])
  })

  test('Z2, R15: is 503 in an outage, clears nothing and uses nothing up', async () => {
    const { folder } = await createTestAuth()
    const failing = await openFailingStores(folder)
    const { get, refreshCookie } = await startRenewing({ ...renewing, stores: failing.stores })
    failing.watch(() => true)
    const { status, headers, setCookies } = await get({ Cookie: refreshCookie })
    expect([status, setCookies]).toEqual([503, []])
    expect(headers.get('retry-after')).toMatch(/^[123]$/)
    failing.watch(() => false)
    expect((await get({ Cookie: refreshCookie })).status).toBe(200)
  })
})

test('who may not see the page gets the new cookies with the refusal', async () => {
  const { auth, refreshCookie } = await startRenewing()
  const verify = requireAuth(auth, { roles: ['admin'] })
  const base = await listen((request, response) => void verify(request, response))
  const answer = await send(base, 'GET', { headers: { Cookie: refreshCookie } })
  expect([answer.status, names(answer)]).toEqual([
    403,
    ['refresh_token cleared', 'access_token', 'refresh_token'],
  ])
})
