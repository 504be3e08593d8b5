/** A copied refresh token ends the session at the owner's next refreshes (R2, G4; RFC 9700 §4.14). */

import { expect, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'

const minute = 60_000

async function steal() {
  const { auth, advance, events } = await createTestAuth()
  const base = await serveNode(auth)
  const owner = await loggedIn(base, 'ada')
  const thief = { refreshToken: owner.held().refreshToken, accessToken: '' }
  const thiefRefreshes = async (): Promise<string | undefined> => {
    const { body } = await send(`${base}/auth/refresh-token`, 'POST', {
      body: { refreshToken: thief.refreshToken },
    })
    if (body.refreshToken) thief.refreshToken = body.refreshToken
    if (body.accessToken) thief.accessToken = body.accessToken
    return body.code
  }
  const thiefReads = () =>
    send(`${base}/auth/profile`, 'GET', {
      headers: { Authorization: `Bearer ${thief.accessToken}` },
    })
  return { owner, thiefRefreshes, thiefReads, advance, events }
}

test.each([
  ['in the same second as the owner', 0],
  ['two seconds behind the owner', 2000],
  ['nine seconds behind the owner', 9000],
  ['ten minutes behind the owner', 10 * minute],
])('R2, G4: a thief who refreshes hourly, %s, is caught', async (_, behind) => {
  const { owner, thiefRefreshes, thiefReads, advance, events } = await steal()
  let caught = false
  for (let hour = 1; hour <= 4 && !caught; hour += 1) {
    const answer = await owner.refresh()
    advance(behind)
    const code = await thiefRefreshes()
    caught = [answer.body.code, code].includes('refresh_token_replayed')
    advance(60 * minute - behind)
  }
  expect(caught).toBe(true)
  expect((await thiefReads()).status).toBe(401)
  expect(await thiefRefreshes()).toBe('session_ended')
  expect((await owner.refresh()).body.code).toBe('session_ended')
  expect(events).toContainEqual(expect.objectContaining({ reason: 'refresh_token_replayed' }))
})

test('R2, R11: a thief who races ahead is caught by the owner, whose log-in starts afresh', async () => {
  const { owner, thiefRefreshes, thiefReads, advance } = await steal()
  for (let step = 1; step <= 5; step += 1) {
    await thiefRefreshes()
    advance(9000)
  }
  expect((await thiefReads()).status).toBe(200)
  expect((await owner.refresh()).body.code).toBe('refresh_token_replayed')
  expect((await thiefReads()).body.code).toBe('session_ended')
  expect(await thiefRefreshes()).toBe('session_ended')
  expect((await owner.login('ada')).status).toBe(200)
  expect((await owner.refresh()).status).toBe(200)
})

test('R10: a log-out by the owner ends the thief too', async () => {
  const { owner, thiefRefreshes, thiefReads } = await steal()
  await thiefRefreshes()
  await owner.call('POST', '/auth/logout')
  expect((await thiefReads()).body.code).toBe('session_ended')
  expect(await thiefRefreshes()).toBe('session_ended')
})
