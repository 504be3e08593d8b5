/** Log-out: done before it is answered, and never an error where there is nothing left to end. */

import { describe, expect, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode, shareServer } from '../support/test-server.ts'

const server = shareServer()
const url = (path: string) => `${server.get().base}${path}`
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const logout = (sent: Parameters<typeof send>[2]) => send(url('/auth/logout'), 'POST', sent)
const profile = (token: string) => send(url('/auth/profile'), 'GET', { headers: bearer(token) })
const refresh = (refreshToken: string) =>
  send(url('/auth/refresh-token'), 'POST', { body: { refreshToken } })

async function tokensOf(name: string) {
  return (await loggedIn(server.get().base, name)).held()
}

describe('R10: with tokens', () => {
  test('the access token names the session; asked again the answer is the same', async () => {
    const { accessToken, refreshToken } = await tokensOf('access')
    expect((await logout({ headers: bearer(accessToken) })).status).toBe(204)
    expect((await profile(accessToken)).body.code).toBe('session_ended')
    expect((await refresh(refreshToken)).body.code).toBe('session_ended')
    expect((await logout({ headers: bearer(accessToken) })).status).toBe(204)
  })

  test('the refresh token names the session, without any access token', async () => {
    const { accessToken, refreshToken } = await tokensOf('refresh')
    expect((await logout({ body: { refreshToken } })).status).toBe(204)
    expect((await profile(accessToken)).body.code).toBe('session_ended')
    expect((await logout({ body: { refreshToken } })).status).toBe(204)
  })

  test('both together end both, also of two sessions', async () => {
    const one = await tokensOf('both')
    const client = await loggedIn(server.get().base, 'both')
    const { accessToken } = client.held()
    const body = { refreshToken: one.refreshToken }
    expect((await logout({ body, headers: bearer(accessToken) })).status).toBe(204)
    expect((await profile(accessToken)).status).toBe(401)
    expect((await profile(one.accessToken)).status).toBe(401)
  })

  test('a forged token ends nothing and is refused', async () => {
    const { accessToken, refreshToken } = await tokensOf('forged')
    expect((await logout({ headers: bearer(`${accessToken}x`) })).status).toBe(401)
    expect((await logout({ body: { refreshToken: `${refreshToken}x` } })).status).toBe(401)
    expect((await logout({})).body.code).toBe('credentials_missing')
    expect((await profile(accessToken)).status).toBe(200)
  })
})

describe('R10: what is proven ends, whatever stands beside it', () => {
  test('a damaged refresh token does not keep the access token from logging out', async () => {
    const { accessToken } = await tokensOf('damaged')
    const body = { refreshToken: 'csr_damaged' }
    expect((await logout({ headers: bearer(accessToken), body })).status).toBe(204)
    expect((await profile(accessToken)).status).toBe(401)
  })

  test('a planted second cookie keeps nobody from logging out, or from logging in', async () => {
    const { accessToken, refreshToken } = await tokensOf('planted')
    const Cookie = `refresh_token=planted; refresh_token=${refreshToken}`
    const headers = { Cookie, Origin: server.get().base }
    const body = { username: 'planted', password }
    expect((await send(url('/auth/login'), 'POST', { headers: { Cookie }, body })).status).toBe(200)
    const { status, setCookies } = await logout({ headers })
    // Both cookies, and the form of the refresh cookie that `renewInGuard` would set.
    expect([status, setCookies.length]).toEqual([204, 3])
    expect((await profile(accessToken)).status).toBe(401)
  })
})

describe('R10: everywhere', () => {
  const logoutAll = (token: string) =>
    send(url('/auth/logout-all'), 'POST', { headers: bearer(token) })

  test('asked again, it answers 204 again', async () => {
    const { accessToken } = await tokensOf('everywhere')
    expect((await logoutAll(accessToken)).status).toBe(204)
    expect((await logoutAll(accessToken)).status).toBe(204)
    expect((await profile(accessToken)).status).toBe(401)
  })

  test('a token whose own session was ended ends no others', async () => {
    const ended = await tokensOf('others')
    const other = (await loggedIn(server.get().base, 'others')).held()
    await logout({ headers: bearer(ended.accessToken) })
    expect((await logoutAll(ended.accessToken)).status).toBe(401)
    expect((await profile(other.accessToken)).status).toBe(200)
  })
})

describe('R10: with cookies', () => {
  test('both cookies are cleared, and a second log-out finds no credentials', async () => {
    const client = await loggedIn(server.get().base, 'cookies', 'cookie')
    const { refreshToken } = client.held()
    expect((await client.call('POST', '/auth/logout')).status).toBe(204)
    // The device stays known; its cookie opens nothing.
    expect(client.cookies()).toEqual(['device_token'])
    const headers = { Cookie: `refresh_token=${refreshToken}`, Origin: server.get().base }
    const again = await logout({ headers })
    expect([again.status, again.setCookies.length]).toEqual([204, 2])
  })

  test('an access cookie that has expired is no obstacle', async () => {
    const { auth, advance } = await createTestAuth()
    const base = await serveNode(auth)
    const client = await loggedIn(base, 'ada', 'cookie')
    const { refreshToken } = client.held()
    advance(3_600_000)
    const { status, setCookies } = await client.call('POST', '/auth/logout')
    expect([status, setCookies.length]).toEqual([204, 2])
    const answer = await send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken } })
    expect(answer.body.code).toBe('session_ended')
  })

  test('cookies that are not ours are cleared', async () => {
    const headers = { Cookie: 'access_token=x; refresh_token=y', Origin: server.get().base }
    const { status, setCookies } = await logout({ headers })
    expect([status, setCookies.length]).toEqual([204, 2])
  })

  test('ending the own session by its id clears the cookies, another one does not', async () => {
    const here = await loggedIn(server.get().base, 'remote', 'cookie')
    const there = await loggedIn(server.get().base, 'remote', 'cookie')
    const { body } = await here.call('GET', '/auth/sessions')
    const [own, other] = [true, false].map(
      (current) => body.sessions?.find((session) => session.current === current)?.id,
    )
    const ended = await here.call('DELETE', `/auth/sessions/${other}`)
    expect([ended.status, ended.setCookies]).toEqual([204, []])
    expect((await there.call('GET', '/auth/profile')).body.code).toBe('session_ended')
    expect((await here.call('DELETE', `/auth/sessions/${own}`)).setCookies).toHaveLength(2)
  })
})

describe('R10, Z2, G8: with the store down', () => {
  test.each(['bearer', 'cookie'] as const)('%s: 503, nothing cleared, done later', async (way) => {
    const failing = await openFailingStores(server.get().folder)
    const base = await serveNode((await createTestAuth({ stores: failing.stores })).auth)
    const client = await loggedIn(base, way, way)
    for (const path of ['/auth/logout', '/auth/logout-all']) {
      failing.watch(() => true)
      const { status, headers, setCookies } = await client.call('POST', path)
      expect([status, setCookies]).toEqual([503, []])
      expect(headers.get('retry-after')).toMatch(/^[123]$/)
    }
    failing.watch(() => false)
    expect((await client.call('GET', '/auth/profile')).status).toBe(200)
    expect((await client.call('POST', '/auth/logout')).status).toBe(204)
    expect((await client.call('GET', '/auth/profile')).status).toBe(401)
  })
})

test('R12: nobody ends a session of somebody else', async () => {
  const victim = await loggedIn(server.get().base, 'victim')
  const { body } = await victim.call('GET', '/auth/sessions')
  const attacker = await loggedIn(server.get().base, 'attacker')
  const answer = await attacker.call('DELETE', `/auth/sessions/${body.sessions?.[0]?.id}`)
  const unknown = await attacker.call(
    'DELETE',
    '/auth/sessions/01890000-0000-7000-8000-000000000000',
  )
  expect([answer.status, answer.text]).toEqual([404, unknown.text])
  expect((await victim.call('GET', '/auth/profile')).status).toBe(200)
})
