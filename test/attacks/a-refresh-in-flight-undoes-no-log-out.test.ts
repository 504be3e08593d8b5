/**
 * Once a log-out was answered nothing of the session works, also what a refresh beside it was given.
 *
 * better-auth/better-auth#11073: sessions that stay valid after their revocation, because a refresh
 * in flight wrote them back or a log-in beside it was not listed (R10, I3; ASVS 7.4.1).
 */

import { expect, test } from 'vitest'
import { createClient } from '../support/client.ts'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer({ session: { refreshLimit: 'off' } })
const rounds = 15

const endings = {
  'log-out': ['POST', '/auth/logout'],
  'log-out everywhere': ['POST', '/auth/logout-all'],
} as const

test.each(Object.entries(endings))(
  'G5, R10, I3, G8: %s beside refreshes',
  async (name, [method, path]) => {
    const { base } = server.get()
    const client = createClient(base)
    const username = `ada-${name.length}`
    await client.register(username)
    for (let round = 0; round < rounds; round += 1) {
      await client.login(username)
      const { accessToken, refreshToken } = client.held()
      const refresh = (token = refreshToken) =>
        send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken: token } })
      const [ending, ...refreshes] = await Promise.all([
        client.call(method, path),
        ...Array.from({ length: 4 }, () => refresh()),
      ])
      expect(ending.status).toBe(204)
      const tokens = [accessToken, ...refreshes.map(({ body }) => body.accessToken ?? accessToken)]
      for (const token of tokens) {
        const headers = { Authorization: `Bearer ${token}` }
        expect((await send(`${base}/anything`, 'GET', { headers })).body.code).toBe('session_ended')
      }
      for (const { body } of refreshes) {
        expect((await refresh(body.refreshToken)).body.code).toBe('session_ended')
      }
    }
    expect((await client.login(username)).status).toBe(200)
    expect((await client.call('GET', '/auth/sessions')).body.sessions).toHaveLength(1)
  },
)
