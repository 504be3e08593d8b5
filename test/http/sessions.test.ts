/** Limits of sessions and rights, as a client sees them (R8, R13, R12, I4, M10, T8, P6). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sessions-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('R13: the twenty-first log-in ends the oldest session, and no other', async () => {
  const { auth, events } = await createTestAuth({ passwords: { concurrency: 2 } })
  const base = await serveNode(auth)
  const first = await loggedIn(base, 'ada')
  const clients = [first]
  for (let count = 2; count <= 20; count += 1) {
    const client = createClient(base)
    await client.login('ada')
    clients.push(client)
  }
  expect((await first.call('GET', '/anything')).status).toBe(200)
  const newest = createClient(base)
  await newest.login('ada')
  expect((await first.call('GET', '/anything')).body.code).toBe('session_ended')
  expect((await first.refresh()).body.code).toBe('session_ended')
  for (const client of [...clients.slice(1), newest]) {
    expect((await client.call('GET', '/anything')).status).toBe(200)
  }
  expect(events).toContainEqual({
    type: 'session_ended',
    accountId: claimsOf(first.held().accessToken).sub,
    sessionId: claimsOf(first.held().accessToken).sid,
    reason: 'session_limit',
  })
})

test('R8, T9: a refresh that asks for more gets the rights of the account', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  await auth.users.setScopes(claimsOf(client.held().accessToken).sub, ['read'])
  const { body } = await client.call('POST', '/auth/refresh-token', {
    refreshToken: client.held().refreshToken,
    scope: 'read write admin',
    scopes: ['write'],
    roles: ['admin'],
    audience: 'https://other.example',
    expiresIn: 1e9,
  })
  const claims = claimsOf(body.accessToken) as unknown as Record<string, number>
  expect(claims).toMatchObject({ scope: 'read', roles: [], aud: 'http://localhost' })
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900)
})

test('I4: a refresh is one step of the session store and one read of the account', async () => {
  const failing = await openFailingStores(temporaryFolder())
  const { auth } = await createTestAuth({ stores: failing.stores })
  const client = await loggedIn(await serveNode(auth), 'ada')
  for (let round = 0; round < 3; round += 1) {
    failing.watch(() => false)
    expect((await client.refresh()).status).toBe(200)
    expect([...failing.calls()].sort()).toEqual(['refresh', 'refreshAccount'])
  }
})

test('M24, R6: a forged refresh token reaches no store', async () => {
  const failing = await openFailingStores(temporaryFolder())
  const { auth } = await createTestAuth({ stores: failing.stores })
  const base = await serveNode(auth)
  const { refreshToken } = (await loggedIn(base, 'ada')).held()
  failing.watch(() => false)
  const last = refreshToken.at(-1) === 'A' ? 'B' : 'A'
  for (const forged of [refreshToken.slice(0, -1) + last, `csr_${'A'.repeat(136)}`, 'x']) {
    const answer = await send(`${base}/auth/refresh-token`, 'POST', {
      body: { refreshToken: forged },
    })
    expect(answer.body.code).toBe('refresh_token_invalid')
  }
  expect(failing.calls()).toEqual([])
})

test('M10: of fifty who register one name at once, in any spelling, one gets it', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  const spellings = ['ada', 'ADA', 'Ada', '\uff41da']
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      createClient(base).register(spellings[index % spellings.length] ?? ''),
    ),
  )
  const statuses = answers.map(({ status, body }) => body.code ?? status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  // Whoever finds the pool of hashes full is told to come again.
  const refused = new Set(statuses.filter((status) => status !== 201))
  refused.delete('temporarily_unavailable')
  expect([...refused]).toEqual(['username_taken'])
  expect(await auth.users.list({})).toHaveLength(1)
})

test('T8, J12: a token of one audience is refused by the service of another, on the same keys', async () => {
  const dataFolder = temporaryFolder()
  const { auth } = await createTestAuth({ dataFolder, audience: 'https://one.example' })
  const { auth: other } = await createTestAuth({ dataFolder, audience: 'https://two.example' })
  const base = await serveNode(other)
  await auth.register({ username: 'ada', password })
  const { accessToken } = (await auth.login({ username: 'ada', password })).session
  expect(await auth.verify(accessToken)).toMatchObject({ aud: 'https://one.example' })
  const headers = { Authorization: `Bearer ${accessToken}` }
  const { status, body } = await send(`${base}/anything`, 'GET', { headers })
  expect([status, body.code]).toEqual([401, 'invalid_token'])
})

test('P6: a session that has ended cannot change the password', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  await client.call('POST', '/auth/logout')
  const change = { currentPassword: password, newPassword: 'a much better battery' }
  expect((await client.call('POST', '/auth/password', change)).body.code).toBe('session_ended')
  expect((await createClient(base).login('ada')).status).toBe(200)
})
