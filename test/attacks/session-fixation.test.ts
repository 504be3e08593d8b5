/** Nobody is given a session that somebody else chose (R11; ASVS 7.2.4; OWASP Session). */

import { expect, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { password, shareServer } from '../support/test-server.ts'

const server = shareServer()

test('R11: every log-in is a new session', async () => {
  const client = await loggedIn(server.get().base, 'ada')
  const ids = new Set([claimsOf(client.held().accessToken).sid])
  for (let login = 1; login <= 3; login += 1) {
    await client.login('ada')
    ids.add(claimsOf(client.held().accessToken).sid)
  }
  expect(ids.size).toBe(4)
})

test("R11: a log-in with an attacker's planted cookies is a session of its own", async () => {
  const { base } = server.get()
  const attacker = await loggedIn(base, 'attacker')
  await createClient(base).register('victim')
  const { accessToken, refreshToken } = attacker.held()
  const { setCookies } = await send(`${base}/auth/login`, 'POST', {
    body: { username: 'victim', password, transport: 'cookie' },
    headers: {
      Origin: base,
      Cookie: `access_token=${accessToken}; refresh_token=${refreshToken}; sid=chosen`,
    },
  })
  const given = /^access_token=([^;]+)/.exec(setCookies[0] ?? '')?.[1]
  expect(claimsOf(given).sid).not.toBe(claimsOf(accessToken).sid)
  expect(claimsOf(given).sub).not.toBe(claimsOf(accessToken).sub)
  expect((await attacker.refresh()).body.code).toBe('session_ended')
})

test('R11: a session id in the body is not adopted', async () => {
  const { base } = server.get()
  const chosen = '01890000-0000-7000-8000-000000000000'
  await createClient(base).register('cleo')
  const { body } = await send(`${base}/auth/login`, 'POST', {
    body: { username: 'cleo', password, sid: chosen, sessionId: chosen, id: chosen },
  })
  expect(claimsOf(body.accessToken).sid).not.toBe(chosen)
})
