/** A password change leaves no older token alive (R9, P6; ASVS 7.4.3). */

import { expect, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { password, shareServer } from '../support/test-server.ts'

const server = shareServer()
const newPassword = 'a much better battery'

test('R9: access and refresh tokens of every session are dead, and only the new pair lives', async () => {
  const { base } = server.get()
  const owner = await loggedIn(base, 'ada')
  const thief = createClient(base)
  await thief.login('ada')
  const older = [owner.held(), thief.held()]
  await thief.refresh()
  older.push(thief.held())

  const { status, body } = await owner.call('POST', '/auth/password', {
    currentPassword: password,
    newPassword,
  })
  expect(status).toBe(200)
  for (const { accessToken, refreshToken } of older) {
    const headers = { Authorization: `Bearer ${accessToken}` }
    expect((await send(`${base}/auth/profile`, 'GET', { headers })).body.code).toBe('session_ended')
    const refresh = await send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken } })
    expect(refresh.body.code).toBe('session_ended')
  }
  // R11: a privilege change is a new session.
  expect(claimsOf(body.accessToken).sid).not.toBe(claimsOf(older[0]?.accessToken).sid)
  expect((await owner.call('GET', '/auth/sessions')).body.sessions).toHaveLength(1)
  expect((await owner.refresh()).status).toBe(200)
})

test('P6: it needs the present password, and a refused one changes nothing', async () => {
  const { base } = server.get()
  const owner = await loggedIn(base, 'bob')
  const change = (currentPassword: string, next: string) =>
    owner.call('POST', '/auth/password', { currentPassword, newPassword: next })
  expect((await change('wrong', newPassword)).body.code).toBe('invalid_credentials')
  expect((await change(password, 'short')).body.code).toBe('password_refused')
  expect((await change(password, 'password123')).body.errors?.[0]?.field).toBe('newPassword')
  expect((await owner.refresh()).status).toBe(200)
  expect((await createClient(base).login('bob')).status).toBe(200)
})

test('P6: of two changes at once one wins', async () => {
  const { base } = server.get()
  const owner = await loggedIn(base, 'cleo')
  const other = createClient(base)
  await other.login('cleo')
  const passwords = ['a first new battery', 'a second new battery']
  const answers = await Promise.all(
    [owner, other].map((client, index) =>
      client.call('POST', '/auth/password', {
        currentPassword: password,
        newPassword: passwords[index],
      }),
    ),
  )
  const won = answers.findIndex(({ status }) => status === 200)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect([401, 409]).toContain(answers[1 - won]?.status)
  expect((await createClient(base).login('cleo', passwords[won])).status).toBe(200)
})
