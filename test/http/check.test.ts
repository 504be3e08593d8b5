/** `GET /check`: forward-auth for reverse proxies. */

import { expect, onTestFinished, test } from 'vitest'
import { createTestAuth, type Rights } from '../../src/testing/index.ts'
import { send } from '../support/send.ts'
import { serveNode } from '../support/test-server.ts'

async function prepare(rights?: Rights) {
  const { auth, loginAs, close } = await createTestAuth()
  onTestFinished(close)
  const base = await serveNode(auth)
  const check = (headers: Record<string, string>, method = 'GET') =>
    send(`${base}/auth/check`, method, { headers })
  return { auth, check, ...(await loginAs('ada', rights)) }
}

test('a good token is 204 and says who it is', async () => {
  const rights = { roles: ['admin', 'author'], scopes: ['notes:read'] }
  for (const given of [undefined, rights]) {
    const { user, sessionId, headers, check } = await prepare(given)
    const answer = await check(headers)
    expect(answer.status).toBe(204)
    expect(answer.headers.get('x-auth-subject')).toBe(user.id)
    expect(answer.headers.get('x-auth-session')).toBe(sessionId)
    expect(answer.headers.get('x-auth-roles')).toBe(given?.roles.join(',') ?? '')
    expect(answer.headers.get('x-auth-scope')).toBe(given?.scopes.join(' ') ?? '')
    expect((await check(headers, 'HEAD')).status).toBe(204)
  }
})

test('a bad, a missing and an ended one are 401, and name nobody', async () => {
  const { auth, refreshToken, headers: ended, check } = await prepare()
  await auth.logout({ refreshToken })
  for (const headers of [{}, { Authorization: 'Bearer x' }, ended]) {
    const answer = await check(headers)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="api"/)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-auth'))).toEqual([])
  }
})

test('C4: with cookies the CSRF rule is for the method that the proxy forwards', async () => {
  const { check, cookies } = await prepare()
  const { Cookie, Origin } = cookies
  const from = (method: string, origin: Record<string, string>) =>
    check({ Cookie, 'X-Forwarded-Method': method, ...origin })
  expect((await check({ Cookie })).status).toBe(204)
  expect((await from('GET', {})).status).toBe(204)
  for (const method of ['POST', 'post', 'DELETE', 'PATCH', 'x']) {
    expect((await from(method, {})).body.code).toBe('csrf_refused')
    expect((await from(method, { Origin: 'https://evil.example' })).status).toBe(403)
    expect((await from(method, { Origin })).status).toBe(204)
    expect((await from(method, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(204)
  }
})
