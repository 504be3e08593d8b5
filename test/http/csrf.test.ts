/** Cross-site request forgery (C4, C6; OWASP CSRF: Fetch Metadata with Origin as the fallback). */

import { beforeAll, describe, expect, test } from 'vitest'
import { isKnownOrigin } from '../../src/http/settings.ts'
import { createClient } from '../support/client.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, password, shareServer } from '../support/test-server.ts'

const issuer = 'https://app.example'
const server = shareServer({
  issuer,
  origins: ['https://other.example'],
  session: { refreshLimit: 'off', limit: 'off' },
})

type Headers = Readonly<Record<string, string>>

const own: readonly Headers[] = [
  { 'Sec-Fetch-Site': 'same-origin' },
  { Origin: issuer },
  { Origin: 'https://other.example', 'Sec-Fetch-Site': 'cross-site' },
]
const foreign: readonly Headers[] = [
  {},
  { 'Sec-Fetch-Site': 'same-site' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'none' },
  { 'Sec-Fetch-Site': 'SAME-ORIGIN, same-origin' },
  { Origin: 'null' },
  { Origin: '' },
  { Origin: 'https://evil.example' },
  { Origin: 'https://app.example.evil.com' },
  { Origin: 'https://evil-app.example' },
  { Origin: 'https://sub.app.example' },
  { Origin: 'https://app.example:444' },
  { Origin: 'http://app.example' },
  { Origin: 'https://app.example/' },
  { Origin: 'http://localhost' },
  { Referer: `${issuer}/page` },
]

let cookies = ''
const url = (path: string): string => `${server.get().base}${path}`
const credentials = { username: 'ada', password, transport: 'cookie' }
const login = (headers: Headers) => send(url('/auth/login'), 'POST', { body: credentials, headers })

beforeAll(async () => {
  await createClient(server.get().base).register('ada')
  const { setCookies } = await login({ Origin: issuer })
  cookies = setCookies.map((line) => line.split(';')[0]).join('; ')
})

const withCookies = (method: string, path: string, body?: unknown) => (headers: Headers) =>
  send(url(path), method, { body, headers: { ...headers, Cookie: cookies } })

const protectedActions: readonly (readonly [
  string,
  (headers: Headers) => Promise<Answer>,
  number,
])[] = [
  ['C6: log-in with cookies', login, 200],
  ['C4: refresh', withCookies('POST', '/auth/refresh-token'), 200],
  ['C4: PATCH of the profile', withCookies('PATCH', '/auth/profile', { name: 'Ada' }), 200],
  ['C4: DELETE of a session', withCookies('DELETE', '/auth/sessions/none'), 404],
  ["C4: POST to the application's guarded route", withCookies('POST', '/orders'), 200],
  ["C4: PUT to the application's guarded route", withCookies('PUT', '/orders/1'), 200],
]

describe.each(protectedActions)('%s', (_, act, success) => {
  test.each(own)('is allowed with %o', async (headers) => {
    expect((await act(headers)).status).toBe(success)
  })

  test('is refused from anywhere else, and does not touch a cookie', async () => {
    for (const headers of foreign) {
      const { status, body, setCookies } = await act(headers)
      expect([headers, status, body.code]).toEqual([headers, 403, 'csrf_refused'])
      expect(setCookies).toEqual([])
    }
  })
})

test('C6: registration with cookies is refused from elsewhere', async () => {
  for (const headers of foreign) {
    const body = { ...credentials, username: 'eve' }
    expect((await send(url('/auth/register'), 'POST', { body, headers })).status).toBe(403)
  }
})

test('C4: log-out is refused from elsewhere, and the session lives on', async () => {
  for (const headers of foreign) {
    expect((await withCookies('POST', '/auth/logout')(headers)).status).toBe(403)
    expect((await withCookies('POST', '/auth/logout-all')(headers)).status).toBe(403)
  }
  expect((await withCookies('GET', '/auth/profile')({})).status).toBe(200)
})

test('C4: safe methods need nothing', async () => {
  for (const method of ['GET', 'HEAD']) {
    expect((await withCookies(method, '/orders')({ Origin: 'null' })).status).toBe(200)
  }
})

test('C8: a bearer token needs no Origin', async () => {
  const client = createClient(server.get().base)
  await client.login('ada')
  const headers = {
    Authorization: `Bearer ${client.held().accessToken}`,
    Origin: 'https://evil.example',
  }
  expect((await send(url('/orders'), 'POST', { headers })).status).toBe(200)
})

test('C4: a forged form cannot log in: only application/json is read', async () => {
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']
  for (const type of [...types, 'application/jsonx', 'text/json', 'application/json+x']) {
    const body = JSON.stringify({ username: 'ada', password })
    const answer = await send(url('/auth/login'), 'POST', {
      body,
      headers: { 'Content-Type': type },
    })
    expect([type, answer.status]).toEqual([type, 415])
  }
  const headers = { 'Content-Type': 'Application/JSON; charset=UTF-8' }
  const body = JSON.stringify({ username: 'ada', password })
  expect((await send(url('/auth/login'), 'POST', { body, headers })).status).toBe(200)
})

test('without a named issuer every port of this machine is the own one, and nothing else', async () => {
  const { settings } = (await createTestAuth()).auth.http.core
  for (const host of ['localhost', 'localhost:5173', '127.0.0.1:3000', '[::1]:8080']) {
    expect(isKnownOrigin(settings, `http://${host}`)).toBe(true)
  }
  for (const host of ['localhost.evil.com', 'localhost:x', 'evil.com', '127.0.0.1.nip.io', '']) {
    expect(isKnownOrigin(settings, `http://${host}`)).toBe(false)
  }
  expect(isKnownOrigin(settings, 'null')).toBe(false)
})
