/** Every kind of token in every place where a token is taken: only its own takes it (J13; RFC 8725 §3.11). */

import { expect, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { type SigningServer, serverThatSigns } from './server-that-signs.ts'

type Kind = 'access token' | 'refresh token'

/** Status of a request that has the token in one place; below 300 when it was taken. */
const places: Readonly<
  Record<
    string,
    { readonly takes: Kind; present(server: SigningServer, token: string): Promise<number> }
  >
> = {
  'a bearer header': {
    takes: 'access token',
    present: async ({ base }, token) => {
      const headers = { Authorization: `Bearer ${token}` }
      return (await send(`${base}/guarded`, 'GET', { headers })).status
    },
  },
  'the access cookie': {
    takes: 'access token',
    present: async ({ base }, token) => {
      const headers = { Cookie: `access_token=${token}`, Origin: base }
      return (await send(`${base}/guarded`, 'GET', { headers })).status
    },
  },
  'the body of a refresh': {
    takes: 'refresh token',
    present: async ({ base }, refreshToken) => {
      const body = { refreshToken }
      return (await send(`${base}/auth/refresh-token`, 'POST', { body })).status
    },
  },
  'the refresh cookie': {
    takes: 'refresh token',
    present: async ({ base }, token) => {
      const headers = { Cookie: `refresh_token=${token}`, Origin: base }
      return (await send(`${base}/auth/refresh-token`, 'POST', { headers })).status
    },
  },
}

async function allKinds(server: SigningServer) {
  const { client, genuine, sign } = server
  const { accessToken, refreshToken } = client.held()
  const others = [
    'JWT',
    'dpop+jwt',
    'logout+jwt',
    'secevent+jwt',
    'rt+jwt',
    'id_token',
    'AT+JWT',
    'at+jwt;x',
  ]
  const typed = others.map(
    async (typ) => [`typ ${typ}`, await sign(genuine.claims, { typ })] as const,
  )
  const { sid, sub } = claimsOf(accessToken)
  return [
    ['access token', accessToken],
    ['refresh token', refreshToken],
    ...(await Promise.all(typed)),
    ['no typ', await sign(genuine.claims, { typ: undefined })],
    ['access token behind the prefix of the other', `csr_${accessToken}`],
    ['refresh token without its prefix', refreshToken.slice('csr_'.length)],
    ['refresh token in three segments', `${refreshToken}.${refreshToken}.${refreshToken}`],
    ['session id', sid],
    ['account id', sub],
    ['kid', String(genuine.header.kid)],
    ['signature', genuine.signature],
    ['password', 'correct%20horse%20battery'],
  ] as const
}

test.each(Object.entries(places))('J13: %s takes one kind', async (_, { takes, present }) => {
  const server = await serverThatSigns()
  for (const [kind, token] of await allKinds(server)) {
    const status = await present(server, token)
    expect([kind, status]).toEqual([kind, kind === takes ? 200 : 401])
  }
})

test('J13: a log-out with a token of another kind ends nothing', async () => {
  const server = await serverThatSigns()
  const { base, client } = server
  const victim = await loggedIn(base, 'victim')
  for (const [kind, token] of await allKinds(server)) {
    if (kind === 'refresh token') continue
    await send(`${base}/auth/logout`, 'POST', { body: { refreshToken: token } })
    await send(`${base}/auth/logout`, 'POST', {
      headers: { Cookie: `refresh_token=${token}`, Origin: base },
    })
  }
  expect((await client.call('GET', '/guarded')).status).toBe(200)
  expect((await client.refresh()).status).toBe(200)
  expect((await victim.refresh()).status).toBe(200)
})
