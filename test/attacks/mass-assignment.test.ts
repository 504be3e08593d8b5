/** A body sets the fields that a route has, and no others (H3, T9, M22; ASVS 15.3.3). */

import { expect, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { password, shareServer } from '../support/test-server.ts'

const server = shareServer()
const chosen = '01890000-0000-7000-8000-000000000000'
const smuggled = {
  id: chosen,
  sub: chosen,
  roles: ['admin'],
  scopes: ['all'],
  scope: 'all',
  emailVerified: true,
  status: 'active',
  sessionEpoch: 99,
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA',
  usernameKey: 'root',
  createdAt: '1999-01-01T00:00:00.000Z',
  isAdmin: true,
}

test('H3, M22: registration ignores what it does not ask for', async () => {
  const { base } = server.get()
  const { status, body } = await send(`${base}/auth/register`, 'POST', {
    body: { username: 'ada', password, ...smuggled },
  })
  expect(status).toBe(201)
  expect(body.user).toMatchObject({ roles: [], emailVerified: false, username: 'ada' })
  expect(body.user?.id).not.toBe(chosen)
  expect(Date.parse(body.user?.createdAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
  const client = createClient(base)
  await client.login('ada')
  expect(claimsOf(client.held().accessToken)).toMatchObject({ roles: [], scope: '', epoch: 0 })
})

test('T9: a profile change gives no rights and no other address', async () => {
  const client = await loggedIn(server.get().base, 'bob')
  const before = (await client.call('GET', '/auth/profile')).body.user
  const email = 'taken.over@example.com'
  await client.call('PATCH', '/auth/profile', { ...smuggled, email, name: 'Bob' })
  const after = (await client.call('GET', '/auth/profile')).body.user
  expect(after).toEqual({ ...before, name: 'Bob' })
})

test('H3, M22: keys that name the prototype change nothing', async () => {
  const { base } = server.get()
  const body = `{"username":"cleo","password":"${password}","__proto__":{"roles":["admin"],"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}`
  const { status, body: answer } = await send(`${base}/auth/register`, 'POST', { body })
  expect(status).toBe(201)
  expect(answer.user?.roles).toEqual([])
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
})

test('H3: the session that a log-in or log-out ends is never named by fields of the flow', async () => {
  const { base } = server.get()
  const victim = await loggedIn(base, 'victim')
  const { sub, sid } = claimsOf(victim.held().accessToken)
  const attacker = await loggedIn(base, 'attacker')
  const earlierRefreshToken = victim.held().refreshToken
  await send(`${base}/auth/login`, 'POST', {
    body: { username: 'attacker', password, earlierRefreshTokens: [earlierRefreshToken] },
  })
  const caller = { accountId: sub, sessionId: sid }
  await attacker.call('POST', '/auth/logout', { caller, ...caller })
  expect((await victim.refresh()).status).toBe(200)
})
