/** `countersign/testing`, as the tests of an application use it. */

import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { environmentVariables } from '../../src/options/environment.ts'
import { createTestAuth, type TestAuthOptions, testPassword } from '../../src/testing/index.ts'
import { send } from '../support/send.ts'
import { serveNode } from '../support/test-server.ts'

async function start(options?: TestAuthOptions) {
  const testAuth = await createTestAuth(options)
  onTestFinished(testAuth.close)
  return testAuth
}

test('a log-in without a password is a real one: guard, refresh and log-out work', async () => {
  const { auth, loginAs, events } = await start()
  const { user, sessionId, accessToken, refreshToken } = await loginAs('Ada')
  expect(user).toMatchObject({ username: 'Ada', email: null, roles: [] })
  expect(await auth.verify(accessToken)).toMatchObject({ sub: user.id, sid: sessionId })
  const next = await auth.refresh(refreshToken)
  await auth.logout({ refreshToken: next.refreshToken })
  await expect(auth.refresh(next.refreshToken)).rejects.toMatchObject({ code: 'session_ended' })
  expect(events.map(({ type }) => type)).toEqual([
    'account_registered',
    'login_succeeded',
    'session_ended',
  ])
})

test('fifty log-ins take less time than a few hashes of passwords', async () => {
  const { loginAs } = await start({ session: { limit: 'off' } })
  const startedAt = performance.now()
  for (let index = 0; index < 50; index += 1) await loginAs(`user${index}`)
  expect(performance.now() - startedAt).toBeLessThan(700)
})

test('the same name is the same account, in any case of letters, by address and by id', async () => {
  const { auth, loginAs } = await start()
  const { user } = await loginAs('ada')
  expect((await loginAs('ADA')).user.id).toBe(user.id)
  expect((await loginAs(user)).user.id).toBe(user.id)
  const registered = await auth.register({ email: 'bob@example.com', password: 'a good battery' })
  expect((await loginAs('bob@example.com')).user.id).toBe(registered.user.id)
  await expect(loginAs({ id: 'nobody' })).rejects.toMatchObject({ code: 'invalid_credentials' })
})

test('an account that was added has the test password', async () => {
  const { auth, loginAs } = await start()
  const { user } = await loginAs('ada')
  const loggedIn = await auth.login({ username: 'ada', password: testPassword })
  expect(loggedIn.user.id).toBe(user.id)
})

test('roles and scopes are in the token; an account that exists keeps its own', async () => {
  const { auth, loginAs } = await start()
  const rights = { roles: ['admin'], scopes: ['notes:read'] }
  const { accessToken } = await loginAs('ada', rights)
  expect(await auth.verify(accessToken)).toMatchObject({ roles: ['admin'] })
  await expect(loginAs('ada', { roles: ['owner'] })).rejects.toThrow(TypeError)
  expect((await loginAs('ada')).user.roles).toEqual(['admin'])
})

test('headers and cookies are accepted as those of a client and of a browser', async () => {
  const { auth, loginAs } = await start()
  const base = await serveNode(auth)
  const { user, headers, cookies } = await loginAs('ada')
  for (const sent of [headers, cookies]) {
    const answer = await send(`${base}/anything`, 'POST', { headers: sent })
    expect([answer.status, answer.body.user]).toEqual([200, user.id])
  }
  expect((await send(`${base}/auth/logout`, 'POST', { headers: cookies })).status).toBe(204)
  expect((await send(`${base}/anything`, 'GET', { headers })).status).toBe(401)
})

test('time passes when the test says so, and not otherwise', async () => {
  const { auth, clock, loginAs } = await start()
  const { accessToken, refreshToken } = await loginAs('ada')
  const before = clock.now()
  clock.advance('14m')
  expect(await auth.verify(accessToken)).toBeDefined()
  clock.advance(61_000 + 5000)
  expect(clock.now() - before).toBe(14 * 60_000 + 66_000)
  await expect(auth.verify(accessToken)).rejects.toMatchObject({ code: 'token_expired' })
  clock.advance('8d')
  await expect(auth.refresh(refreshToken)).rejects.toMatchObject({ code: 'refresh_token_expired' })
  clock.set(new Date('2030-01-01T00:00:00Z'))
  expect((await loginAs('bob')).user.createdAt).toBe('2030-01-01T00:00:00.000Z')
  for (const wrong of ['soon', Number.NaN]) expect(() => clock.advance(wrong)).toThrow(TypeError)
  expect(() => clock.set(new Date('soon'))).toThrow(TypeError)
})

test('two that are made share nothing', async () => {
  const [one, other] = [await start(), await start()]
  const { refreshToken, user } = await one.loginAs('ada')
  await expect(other.auth.refresh(refreshToken)).rejects.toMatchObject({ code: 'session_ended' })
  expect((await other.loginAs('ada')).user.id).not.toBe(user.id)
  one.clock.advance('1h')
  expect(other.clock.now()).toBeLessThan(one.clock.now())
})

test('the environment is not asked, and no file is made', async () => {
  for (const [name] of environmentVariables) vi.stubEnv(name, '!')
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => void vi.unstubAllEnvs())
  const before = readdirSync('.')
  const { auth, loginAs } = await start()
  expect(await auth.verify((await loginAs('ada')).accessToken)).toMatchObject({
    iss: 'http://localhost',
    aud: 'http://localhost',
  })
  expect(readdirSync('.')).toEqual(before)
})

test('registrations and failures from one address have no limit, unless the test sets one', async () => {
  const twentyOne = async (base: string): Promise<number[]> => {
    const statuses: number[] = []
    for (let index = 0; index < 21; index += 1) {
      const body = { username: `user${index}`, password: testPassword }
      statuses.push((await send(`${base}/auth/register`, 'POST', { body })).status)
    }
    return statuses
  }
  const { auth } = await start()
  expect(await twentyOne(await serveNode(auth))).toEqual(Array(21).fill(201))
  const limited = await start({ limits: { register: {} } })
  expect((await twentyOne(await serveNode(limited.auth))).at(-1)).toBe(429)
})
