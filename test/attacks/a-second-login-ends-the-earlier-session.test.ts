/** An owner who was shut out by a thief logs in again, and the thief is out (DESIGN.md). */

import { expect, test } from 'vitest'
import { createClient, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode, shareServer } from '../support/test-server.ts'

const server = shareServer()

test('R11: a log-in that carries the cookie of an earlier session ends that session', async () => {
  const { base, events } = server.get()
  const owner = await loggedIn(base, 'ada', 'cookie')
  const stolen = owner.held()
  await owner.login('ada')
  const headers = { Authorization: `Bearer ${stolen.accessToken}` }
  expect((await send(`${base}/auth/profile`, 'GET', { headers })).body.code).toBe('session_ended')
  const body = { refreshToken: stolen.refreshToken }
  const refresh = await send(`${base}/auth/refresh-token`, 'POST', { body })
  expect(refresh.body.code).toBe('session_ended')
  expect(events).toContainEqual(expect.objectContaining({ reason: 'second_login' }))
  expect((await owner.refresh()).status).toBe(200)
})

test('a log-in that fails ends nothing', async () => {
  const owner = await loggedIn(server.get().base, 'bob', 'cookie')
  expect((await owner.login('bob', 'wrong')).status).toBe(401)
  expect((await owner.refresh()).status).toBe(200)
})

test('I6: a log-in that the claims hook fails is 503 and ends nothing', async () => {
  let failing = false
  const { auth } = await createTestAuth({
    claims: () => {
      if (failing) throw new Error('the directory is down')
      return {}
    },
  })
  const owner = await loggedIn(await serveNode(auth), 'bea', 'cookie')
  failing = true
  expect((await owner.login('bea')).status).toBe(503)
  failing = false
  expect((await owner.refresh()).status).toBe(200)
})

test('C6: a log-in from another site ends nothing', async () => {
  const { base } = server.get()
  const owner = await loggedIn(base, 'cleo', 'cookie')
  await createClient(base).register('attacker')
  const forged = await send(`${base}/auth/login`, 'POST', {
    body: { username: 'attacker', password },
    headers: {
      Cookie: `refresh_token=${owner.held().refreshToken}`,
      Origin: 'https://evil.example',
    },
  })
  expect(forged.status).toBe(200)
  expect((await owner.refresh()).status).toBe(200)
})

test('a log-in elsewhere ends nothing', async () => {
  const { base } = server.get()
  const owner = await loggedIn(base, 'dora', 'cookie')
  expect((await createClient(base).login('dora')).status).toBe(200)
  expect((await owner.refresh()).status).toBe(200)
})
