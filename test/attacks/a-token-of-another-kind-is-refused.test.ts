/** Every kind of token is refused in the place of every other (J13; RFC 9068 §4; ASVS 9.2.2). */

import { expect, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { type Answer, send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer()

test('J13, T5: what is not the token of a place is refused there, and ends nothing', async () => {
  const { base } = server.get()
  const owner = await loggedIn(base, 'ada')
  const { accessToken, refreshToken } = owner.held()
  const { sid, sub } = claimsOf(accessToken)
  const { text } = await send(`${base}/auth/.well-known/jwks.json`, 'GET')
  const jwk = Buffer.from(JSON.stringify(JSON.parse(text).keys[0])).toString('base64url')
  const others = { sid, sub, jwk, empty: '', word: 'undefined', prefix: 'csr_' }
  const origin = { Origin: base }
  const places = {
    bearer: (token: string) =>
      send(`${base}/auth/profile`, 'GET', { headers: { Authorization: `Bearer ${token}` } }),
    'access cookie': (token: string) =>
      send(`${base}/auth/profile`, 'GET', { headers: { Cookie: `access_token=${token}` } }),
    'refresh body': (token: string) =>
      send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken: token } }),
    'refresh cookie': (token: string) =>
      send(`${base}/auth/refresh-token`, 'POST', {
        headers: { ...origin, Cookie: `refresh_token=${token}` },
      }),
    'log-out body': (token: string) =>
      send(`${base}/auth/logout`, 'POST', { body: { refreshToken: token } }),
  } satisfies Record<string, (token: string) => Promise<Answer>>

  for (const [place, present] of Object.entries(places)) {
    const isForAccess = place === 'bearer' || place === 'access cookie'
    const wrong = { ...others, token: isForAccess ? refreshToken : accessToken }
    for (const [kind, token] of Object.entries(wrong)) {
      const { status } = await present(token)
      expect([place, kind, status]).toEqual([place, kind, 401])
    }
  }
  for (const name of ['access_token', 'refresh_token', 'token', 'id_token']) {
    const query = `${base}/auth/profile?${name}=${accessToken}`
    expect((await send(query, 'GET')).body.code).toBe('credentials_missing')
  }
  expect((await places.bearer(accessToken)).status).toBe(200)
  expect((await places['refresh body'](refreshToken)).status).toBe(200)
})
