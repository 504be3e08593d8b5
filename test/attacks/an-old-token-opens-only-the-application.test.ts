/** Tokens that `acceptLegacy` lets pass are good for the application's guard, and for nothing else. */

import { beforeEach, describe, expect, test } from 'vitest'
import { changePassword } from '../../src/fetch/index.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { oldHash, oldPassword, oldSecret, signOld } from '../support/old-application.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode, type TestAuth } from '../support/test-server.ts'

const day = 86_400_000
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString()
const acceptLegacy = { secret: oldSecret, until: inDays(30) }
const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds
const oldToken = (id: unknown = '66f0', more: object = {}): string =>
  signOld({ id, iat: secondsAgo(60), exp: secondsAgo(-3600), ...more })

let kit: TestAuth
const open = async (options: AuthOptions = {}): Promise<TestAuth> => {
  kit = await createTestAuth({ acceptLegacy, ...options })
  return kit
}
const verify = async (token: string) => kit.auth.verify(token)
const codeFor = (token: string): Promise<unknown> =>
  verify(token).then(
    () => 'accepted',
    (error) => error.code,
  )
const importOld = async (username = 'ada', externalId = '66f0') => {
  const passwordHash = await oldHash()
  const imported = await kit.auth.users.import({ externalId, username, passwordHash })
  if (imported.outcome === 'deleted') throw new Error('the account was deleted')
  return imported.account
}

beforeEach(async () => {
  await open()
})

describe('an old token', () => {
  test('of a user who is no account yet has the old id, no session and no rights', async () => {
    expect(await verify(oldToken())).toMatchObject({
      sub: '66f0',
      external_id: '66f0',
      legacy: true,
      sid: '',
      roles: [],
      scope: '',
      auth_time: 0,
    })
    expect(await verify(oldToken(42))).toMatchObject({ sub: '42' })
  })

  test('of an account has its id and its present rights, whatever the token says', async () => {
    const { id } = await importOld()
    await kit.auth.users.setRoles(id, ['editor'])
    const claims = await verify(oldToken('66f0', { roles: ['admin'], role: 'admin', scope: 'all' }))
    expect(claims).toMatchObject({ sub: id, external_id: '66f0', roles: ['editor'], scope: '' })
  })

  test('J10: ends at its exp, at the date, or without exp at the date', async () => {
    const withoutExp = signOld({ id: '66f0', iat: secondsAgo(60) })
    kit.advance(3600_000 + 6000)
    expect(await codeFor(oldToken())).toBe('token_expired')
    expect(await codeFor(withoutExp)).toBe('accepted')
    kit.advance(30 * day)
    expect(await codeFor(withoutExp)).toBe('token_expired')
  })

  test('without the claim that names its user, or refused by the function, is invalid', async () => {
    for (const claims of [{}, { id: '' }, { id: null }, { id: { a: 1 } }, { sub: '66f0' }]) {
      expect(await codeFor(signOld(claims))).toBe('invalid_token')
    }
    const subject = (claims: Record<string, unknown>) =>
      claims.type === 'access' ? (claims.user as { id: string }).id : undefined
    await open({ acceptLegacy: { ...acceptLegacy, subject } })
    expect(await codeFor(signOld({ type: 'access', user: { id: '66f0' } }))).toBe('accepted')
    expect(await codeFor(signOld({ type: 'refresh', user: { id: '66f0' } }))).toBe('invalid_token')
    expect(await codeFor(signOld({ type: 'access' }))).toBe('invalid_token')
  })

  test('J13: is refused without the option, and at every route of the library', async () => {
    const base = await serveNode(kit.auth)
    const headers = { Authorization: `Bearer ${oldToken()}` }
    expect((await send(`${base}/protected`, 'GET', { headers })).status).toBe(200)
    expect((await send(`${base}/auth/check`, 'GET', { headers })).status).toBe(204)
    for (const [method, path] of [
      ['GET', '/profile'],
      ['PATCH', '/profile'],
      ['DELETE', '/profile'],
      ['POST', '/password'],
      ['GET', '/sessions'],
      ['DELETE', '/sessions/66f0'],
      ['POST', '/logout'],
      ['POST', '/logout-all'],
    ] as const) {
      const body = method === 'GET' ? {} : { body: {} }
      const answer = await send(`${base}/auth${path}`, method, { headers, ...body })
      expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'invalid_token'])
    }
    const refreshToken = oldToken()
    const refreshed = await send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken } })
    expect(refreshed.body.code).toBe('refresh_token_invalid')
    kit = await createTestAuth()
    expect(await codeFor(oldToken())).toBe('invalid_token')
  })

  test('R9: is dead once its account is disabled, has a new password or logs out everywhere', async () => {
    const changes: ((id: string) => Promise<unknown>)[] = [
      (id) => kit.auth.users.disable(id),
      async (id) => {
        await kit.auth.users.disable(id)
        await kit.auth.users.enable(id)
      },
      (id) => kit.auth.users.setPassword(id, 'another good password'),
    ]
    for (const [index, change] of changes.entries()) {
      const { id } = await importOld(`ada${index}`, `e${index}`)
      expect(await codeFor(oldToken(`e${index}`))).toBe('accepted')
      await change(id)
      expect(await codeFor(oldToken(`e${index}`))).toBe('session_ended')
    }
  })

  test('R9, R14: is dead once its account is deleted', async () => {
    const { id } = await importOld()
    await kit.auth.users.delete(id)
    expect(await codeFor(oldToken())).toBe('session_ended')
  })

  test('cannot name an account by the id that it has here', async () => {
    const { id } = await kit.auth.users.create({ username: 'grace', password })
    expect(await codeFor(oldToken(id))).toBe('invalid_token')
    expect(await codeFor(oldToken(id.toUpperCase()))).toBe('invalid_token')
  })

  test('T10: does not pass where a recent log-in is needed', async () => {
    const { guard, prepareGuard } = await import('../../src/http/guard.ts')
    const request = {
      method: 'GET',
      header: (name: string) => (name === 'authorization' ? `Bearer ${oldToken()}` : undefined),
      repeatedAuthorization: false,
    }
    const pass = async (needs: object) =>
      guard(kit.auth.http.core, request, prepareGuard(kit.auth, needs))
    await expect(pass({ maxAge: '24h' })).rejects.toMatchObject({
      code: 'insufficient_user_authentication',
    })
    await expect(pass({ roles: ['admin'] })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await pass({ fresh: true })).toMatchObject({ sub: '66f0' })
  })

  test('has the roles that the option reads from it, until its user is an account', async () => {
    const roles = ({ role }: Record<string, unknown>) => [String(role)]
    await open({ acceptLegacy: { ...acceptLegacy, roles } })
    const token = oldToken('66f0', { role: 'admin' })
    expect(await verify(token)).toMatchObject({ roles: ['admin'] })
    await importOld()
    expect(await verify(token)).toMatchObject({ roles: [] })
  })

  test('Z2: is 503, not let pass, when the store cannot tell', async () => {
    const { policy } = await import('../../src/stores/contract/examples.ts')
    const stores = await openMemoryStores({ ...policy, clock: () => Date.now() })
    await open({ stores })
    await stores.close()
    expect(await codeFor(oldToken())).toBe('temporarily_unavailable')
  })
})

describe('our own tokens', () => {
  test('are verified as without the option, a repeat at once and without the store', async () => {
    await kit.auth.register({ username: 'ada', password })
    const { session } = await kit.auth.login({ username: 'ada', password })
    const first = await kit.auth.verify(session.accessToken)
    expect(kit.auth.verify(session.accessToken)).toBe(first)
    expect(first).not.toHaveProperty('legacy')
  })

  test('J13: cannot be made with the old secret', async () => {
    await kit.auth.register({ username: 'ada', password })
    const { session } = await kit.auth.login({ username: 'ada', password })
    const [header = '', payload = ''] = session.accessToken.split('.')
    const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    for (const alg of ['HS256', parse(header).alg]) {
      const forged = signOld(parse(payload), { header: { ...parse(header), alg } })
      expect(await codeFor(forged)).toBe('invalid_token')
    }
    const asOld = await codeFor(signOld(parse(payload)))
    expect(asOld).toBe('invalid_token')
  })

  test('never carry the claim legacy, which the hook would add', async () => {
    await open({ claims: () => ({ legacy: true, tenant: 'a' }) })
    await kit.auth.register({ username: 'ada', password })
    const { session } = await kit.auth.login({ username: 'ada', password })
    const claims = await verify(session.accessToken)
    expect(claims).toMatchObject({ tenant: 'a' })
    expect(claims).not.toHaveProperty('legacy')
  })
})

test.each([
  ['a text', 'admin'],
  ['two roles in one', ['user,admin']],
  ['a line break', ['user\r\nX-Auth-Subject: root']],
  ['no texts', [['admin']]],
])('J10: roles of an old token that are %s are none: the token is refused', async (_, roles) => {
  await open({ acceptLegacy: { ...acceptLegacy, roles: () => roles as string[] } })
  expect(await codeFor(oldToken())).toBe('invalid_token')
})

test('an old subject that no header holds passes the guard, and is refused to a proxy', async () => {
  const base = await serveNode(kit.auth)
  const headers = { Authorization: `Bearer ${oldToken('名@example.org')}` }
  expect((await send(`${base}/page`, 'GET', { headers })).status).toBe(200)
  const check = await send(`${base}/auth/check`, 'GET', { headers })
  expect([check.status, check.body.code]).toEqual([401, 'invalid_token'])
})

test('an old token changes no password by form, though its account has been adopted', async () => {
  await open({ cookies: { renewInGuard: true } })
  await importOld()
  const claims = await verify(oldToken())
  const request = new Request('http://localhost/password', {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  })
  const form = { currentPassword: oldPassword, newPassword: password }
  await expect(changePassword(kit.auth, request, claims, form)).rejects.toMatchObject({
    code: 'credentials_missing',
  })
})
