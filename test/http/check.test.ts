/** `GET /check`: forward-auth for reverse proxies. */

import { expect, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer()

async function prepare(name: string) {
  const { base } = server.get()
  const client = await loggedIn(base, name)
  const { accessToken } = client.held()
  const check = (headers: Record<string, string>, method = 'GET') =>
    send(`${base}/auth/check`, method, { headers })
  return { base, client, accessToken, check }
}

test('a good token is 204 and says who it is', async () => {
  const { accessToken, check } = await prepare('ada')
  const { status, headers } = await check({ Authorization: `Bearer ${accessToken}` })
  const { sub, sid } = claimsOf(accessToken)
  expect(status).toBe(204)
  expect(headers.get('x-auth-subject')).toBe(sub)
  expect(headers.get('x-auth-session')).toBe(sid)
  expect(headers.get('x-auth-roles')).toBe('')
  expect(headers.get('x-auth-scope')).toBe('')
  expect((await check({ Authorization: `Bearer ${accessToken}` }, 'HEAD')).status).toBe(204)
})

test('a bad, a missing and an ended one are 401, and name nobody', async () => {
  const { client, accessToken, check } = await prepare('bob')
  await client.call('POST', '/auth/logout')
  for (const headers of [
    {},
    { Authorization: 'Bearer x' },
    { Authorization: `Bearer ${accessToken}` },
  ]) {
    const answer = await check(headers)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="api"/)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-auth'))).toEqual([])
  }
})

test('C4: with cookies the CSRF rule is for the method that the proxy forwards', async () => {
  const { base, accessToken, check } = await prepare('eve')
  const Cookie = `access_token=${accessToken}`
  const from = (method: string, origin: Record<string, string>) =>
    check({ Cookie, 'X-Forwarded-Method': method, ...origin })
  expect((await check({ Cookie })).status).toBe(204)
  expect((await from('GET', {})).status).toBe(204)
  for (const method of ['POST', 'post', 'DELETE', 'PATCH', 'x']) {
    expect((await from(method, {})).body.code).toBe('csrf_refused')
    expect((await from(method, { Origin: 'https://evil.example' })).status).toBe(403)
    expect((await from(method, { Origin: base })).status).toBe(204)
    expect((await from(method, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(204)
  }
})
