/** Nothing outlives a deleted account, and its id is never used again (T2, R9). */

import { expect, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode, shareServer } from '../support/test-server.ts'

const server = shareServer()

test('T2, R9, G8: every token is dead, also after somebody else takes the name', async () => {
  const { base } = server.get()
  const phone = await loggedIn(base, 'ada')
  const laptop = await loggedIn(base, 'ada')
  const { accessToken } = laptop.held()
  expect((await laptop.call('DELETE', '/auth/profile')).status).toBe(204)

  const isDead = async () => {
    for (const client of [phone, laptop]) {
      expect((await client.call('GET', '/auth/profile')).body.code).toBe('session_ended')
      expect((await client.call('GET', '/anything')).body.code).toBe('session_ended')
      expect((await client.refresh()).body.code).toBe('session_ended')
    }
  }
  await isDead()
  expect((await createClient(base).login('ada')).body.code).toBe('invalid_credentials')

  const heir = await loggedIn(base, 'ada')
  expect(claimsOf(heir.held().accessToken).sub).not.toBe(claimsOf(accessToken).sub)
  await isDead()
  expect((await heir.refresh()).status).toBe(200)
})

test('T10: an older log-in needs the password, which must be right', async () => {
  const { auth, advance } = await createTestAuth()
  const client = await loggedIn(await serveNode(auth), 'ada')
  advance(11 * 60_000)
  await client.refresh()
  const remove = (body?: object) => client.call('DELETE', '/auth/profile', body)
  expect((await remove()).body.code).toBe('insufficient_user_authentication')
  expect((await remove({ currentPassword: 'wrong' })).body.code).toBe('invalid_credentials')
  expect((await client.call('GET', '/auth/profile')).status).toBe(200)
  expect((await remove({ currentPassword: password })).status).toBe(204)
})

test('R9: a deletion that is asked for twice at once harms nobody', async () => {
  const { base } = server.get()
  const client = await loggedIn(base, 'bob')
  const headers = { Authorization: `Bearer ${client.held().accessToken}` }
  const answers = await Promise.all(
    [1, 2, 3].map(() => send(`${base}/auth/profile`, 'DELETE', { headers })),
  )
  expect(answers.map(({ status }) => status)).toContain(204)
  for (const { status } of answers) expect([204, 401]).toContain(status)
})
