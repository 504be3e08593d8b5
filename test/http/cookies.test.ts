/** Cookie names and attributes, decided once from the issuer (RFC 6265bis §4.1.3, ASVS 3.3). */

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { clearedCookies, readCookie, tokenCookies } from '../../src/http/cookies.ts'
import { createClient } from '../support/client.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const issuer = 'https://app.example'

async function cookieLogin(base: string, headers: Record<string, string>): Promise<Answer> {
  await createClient(base).register('ada')
  const body = { username: 'ada', password, transport: 'cookie' }
  return send(`${base}/auth/login`, 'POST', { body, headers })
}

/** Attributes by name; the value of the cookie itself left out. */
function attributesOf(line: string): Record<string, string | true> {
  const [pair = '', ...attributes] = line.split('; ')
  const entries = attributes.map((text) => text.split('='))
  return {
    name: pair.split('=')[0] ?? '',
    ...Object.fromEntries(entries.map(([name = '', value = true]) => [name, value])),
  }
}

const secureCookies = [
  {
    name: '__Host-access_token',
    Path: '/',
    'Max-Age': '900',
    HttpOnly: true,
    SameSite: 'Lax',
    Secure: true,
  },
  {
    name: '__Secure-refresh_token',
    Path: '/auth',
    'Max-Age': '604800',
    HttpOnly: true,
    SameSite: 'Strict',
    Secure: true,
  },
  {
    name: '__Secure-device_token',
    Path: '/auth',
    'Max-Age': '34560000',
    HttpOnly: true,
    SameSite: 'Strict',
    Secure: true,
  },
]

describe('an https issuer', () => {
  test('C1: cookies have their prefixes, Secure, HttpOnly, SameSite, a Path and no Domain', async () => {
    const base = await serveNode((await createTestAuth({ issuer })).auth)
    // The socket is plain http and the Host a loopback address: neither changes anything.
    const { setCookies, text } = await cookieLogin(base, { Origin: issuer })
    expect(setCookies.map(attributesOf)).toEqual(secureCookies)
    expect(text).not.toContain('eyJ')
    expect(text).not.toContain('csr_')
    expect(text).not.toContain('csd_')
  })

  test('C1: a cookie without the prefix is not read', async () => {
    const base = await serveNode((await createTestAuth({ issuer })).auth)
    const { setCookies } = await cookieLogin(base, { Origin: issuer })
    const token = /^__Host-access_token=([^;]+)/.exec(setCookies[0] ?? '')?.[1]
    const read = (name: string) =>
      send(`${base}/auth/profile`, 'GET', { headers: { Cookie: `${name}=${token}` } })
    expect((await read('access_token')).status).toBe(401)
    expect((await read('__host-access_token')).status).toBe(401)
    expect((await read('__Host-access_token')).status).toBe(200)
  })
})

describe('an issuer on this machine', () => {
  test('C1: cookies have neither prefix nor Secure, and all else', async () => {
    const { auth } = await createTestAuth({
      issuer: 'http://localhost:3000',
      basePath: '/api/auth',
    })
    const base = await serveNode(auth)
    const body = { username: 'ada', password, transport: 'cookie' }
    await send(`${base}/api/auth/register`, 'POST', { body: { username: 'ada', password } })
    const { setCookies } = await send(`${base}/api/auth/login`, 'POST', {
      body,
      headers: { Origin: 'http://localhost:3000', 'X-Forwarded-Proto': 'https' },
    })
    expect(setCookies.map(attributesOf)).toEqual([
      { name: 'access_token', Path: '/', 'Max-Age': '900', HttpOnly: true, SameSite: 'Lax' },
      {
        name: 'refresh_token',
        Path: '/api/auth',
        'Max-Age': '604800',
        HttpOnly: true,
        SameSite: 'Strict',
      },
      {
        name: 'device_token',
        Path: '/api/auth',
        'Max-Age': '34560000',
        HttpOnly: true,
        SameSite: 'Strict',
      },
    ])
  })

  test('C1: http elsewhere keeps Secure', async () => {
    const { auth } = await createTestAuth({ issuer: 'http://app.example' })
    expect(auth.http.core.settings.secureCookies).toBe(true)
  })
})

test('C3: a cookie is cleared under the name, path and attributes it was set with', async () => {
  const { settings } = (await createTestAuth({ issuer })).auth.http.core
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresIn: 9, refreshExpiresIn: 9 }
  const set = tokenCookies(settings, tokens).map(attributesOf)
  const cleared = clearedCookies(settings)
  expect(cleared.map(attributesOf)).toEqual(set.map((line) => ({ ...line, 'Max-Age': '0' })))
  expect(cleared.every((line) => /^[^=]+=;/.test(line))).toBe(true)
})

test('C2: the cookies of an ordinary account are far below 4096 bytes', async () => {
  const base = await serveNode((await createTestAuth({ issuer })).auth)
  const { setCookies } = await cookieLogin(base, { Origin: issuer })
  for (const line of setCookies) expect(line.length).toBeLessThan(2048)
})

test('C2: a cookie that browsers would drop is a reported error, in bearer mode all is well', async () => {
  const warnings: Error[] = []
  const hear = (warning: Error): void => void warnings.push(warning)
  process.on('warning', hear)
  onTestFinished(() => void process.off('warning', hear))
  const claims = () => ({ text: 'x'.repeat(2030) })
  const { auth } = await createTestAuth({ issuer, claims })
  const base = await serveNode(auth)
  expect((await cookieLogin(base, { Origin: issuer })).setCookies).toHaveLength(3)
  const { id = '' } = (await auth.users.find('ada')) ?? {}
  await auth.users.setRoles(
    id,
    Array.from({ length: 40 }, (_, index) => `role-with-a-name-${index}`),
  )
  const { status, body, setCookies } = await cookieLogin(base, { Origin: issuer })
  expect([status, body.code, setCookies]).toEqual([500, 'internal_error', []])
  await vi.waitFor(() => expect(warnings).toHaveLength(1))
  expect(warnings[0]?.message).toMatch(/^The access cookie would have 4\d\d\d bytes, and browsers/)
  expect((await createClient(base).login('ada')).status).toBe(200)
})

test('C2: the largest cookie has 4096 bytes of name and value, and lives for 400 days', async () => {
  const { settings } = (await createTestAuth({ issuer })).auth.http.core
  const tokens = { refreshToken: 'r', expiresIn: 9, refreshExpiresIn: 4000 * 86_400 }
  const longest = 'a'.repeat(4096 - '__Host-access_token'.length)
  const [, refresh = ''] = tokenCookies(settings, { ...tokens, accessToken: longest })
  expect(attributesOf(refresh)['Max-Age']).toBe(String(400 * 86_400))
  expect(() => tokenCookies(settings, { ...tokens, accessToken: `${longest}a` })).toThrow(TypeError)
})

test('the refresh cookie ends with the session, not after it', async () => {
  const { auth, advance } = await createTestAuth({ issuer: 'http://localhost' })
  const base = await serveNode(auth)
  const client = createClient(base, 'cookie')
  const first = await cookieLogin(base, { Origin: 'http://localhost' })
  expect(first.status).toBe(200)
  // The issuer has no port, so a page on the port of the test is not its own.
  expect((await client.login('ada')).body.code).toBe('csrf_refused')
  let cookie = first.setCookies[1]?.split(';')[0] ?? ''
  let answer = first
  for (let week = 1; week <= 4; week += 1) {
    advance(6.5 * 86_400_000)
    answer = await send(`${base}/auth/refresh-token`, 'POST', {
      headers: { Cookie: cookie, Origin: 'http://localhost' },
    })
    cookie = answer.setCookies[1]?.split(';')[0] ?? ''
  }
  const maxAge = Number(attributesOf(answer.setCookies[1] ?? '')['Max-Age'])
  expect(maxAge).toBeGreaterThan(3.9 * 86_400)
  expect(maxAge).toBeLessThanOrEqual(4 * 86_400)
})

test('M23: reading a Cookie header', () => {
  expect(readCookie(undefined, 'a')).toBeUndefined()
  expect(readCookie('', 'a')).toBeUndefined()
  expect(readCookie('a=1', 'a')).toBe('1')
  expect(readCookie('b=2;a=1', 'a')).toBe('1')
  expect(readCookie('aa=2; a=1 ; xa=3', 'a')).toBe('1')
  expect(readCookie('a=', 'a')).toBeUndefined()
  expect(readCookie('a', 'a')).toBeUndefined()
  expect(readCookie('a=x=y', 'a')).toBe('x=y')
  expect(readCookie('a=1; a=1', 'a')).toBe('1')
  expect(() => readCookie('a=1; a=2', 'a')).toThrow('twice')
  expect(() => readCookie('a=1; a=', 'a')).toThrow('twice')
})
