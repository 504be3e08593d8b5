/**
 * Whoever knows an id, or makes up a cookie, ends no session of somebody else (R12; ASVS 7.5.2).
 *
 * better-auth, plug-in for several sessions: a log-out believed unsigned cookies and deleted the
 * sessions that they named.
 */

import { expect, test } from 'vitest'
import { type Client, claimsOf, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer()

/** The victim's tokens with their proof damaged, and ids as somebody may know them. */
function forgeries(victim: Client): readonly string[] {
  const { accessToken, refreshToken } = victim.held()
  const { sid, sub } = claimsOf(accessToken)
  const bytes = Buffer.from(refreshToken.slice(4), 'base64url')
  bytes.writeUInt8(bytes.readUInt8(101) ^ 1, 101)
  const cut = accessToken.slice(0, accessToken.lastIndexOf('.'))
  return [`csr_${bytes.toString('base64url')}`, sid, sub, `${cut}.`, `${cut}.AAAA`]
}

test('R12, R10, G8: ids and forged tokens in cookies, bodies and paths end nothing', async () => {
  const { base } = server.get()
  const victim = await loggedIn(base, 'victim')
  const attacker = await loggedIn(base, 'attacker')
  const { sid } = claimsOf(victim.held().accessToken)
  for (const forged of forgeries(victim)) {
    const names = ['refresh_token', 'access_token', 'session', `_multi-${forged}`]
    for (const name of names) {
      const headers = { Cookie: `${name}=${forged}`, Origin: base }
      for (const path of ['/auth/logout', '/auth/logout-all', '/auth/refresh-token']) {
        await send(`${base}${path}`, 'POST', { headers })
      }
    }
    await send(`${base}/auth/logout`, 'POST', { body: { refreshToken: forged } })
    await send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken: forged } })
    expect((await attacker.call('DELETE', `/auth/sessions/${forged}`)).status).toBeGreaterThan(399)
  }
  expect((await attacker.call('DELETE', `/auth/sessions/${sid}`)).status).toBe(404)
  expect((await victim.call('GET', '/anything')).status).toBe(200)
  expect((await victim.refresh()).status).toBe(200)
})
