/** Refusals: RFC 9457 documents, the challenges of RFC 6750 §3, and answers that nobody may cache. */

import { describe, expect, test } from 'vitest'
import { requireAuth } from '../../src/node/require-auth.ts'
import { createClient, loggedIn } from '../support/client.ts'
import { send, sendRaw } from '../support/send.ts'
import { createTestAuth, listen, password, serveNode, shareServer } from '../support/test-server.ts'

const server = shareServer()
const profile = () => `${server.get().base}/auth/profile`
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

describe('challenges', () => {
  test('T6: a request without credentials is challenged without an error', async () => {
    const { status, headers, body } = await send(profile(), 'GET')
    expect([status, body.code]).toEqual([401, 'credentials_missing'])
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })

  test('T6: a bad token is challenged with invalid_token', async () => {
    const { status, headers, body } = await send(profile(), 'GET', bearer('a.b.c'))
    expect([status, body.code]).toEqual([401, 'invalid_token'])
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"')
  })

  test('T4, T6: an access token ends after 15 minutes, and the challenge is the same', async () => {
    const { auth, advance } = await createTestAuth()
    const client = await loggedIn(await serveNode(auth), 'ada')
    advance(15 * 60_000 - 1000)
    expect((await client.call('GET', '/auth/profile')).status).toBe(200)
    advance(7000)
    const { headers, body } = await client.call('GET', '/auth/profile')
    expect(body.code).toBe('token_expired')
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"')
  })

  test('T6: a missing scope is 403 insufficient_scope and names the scope', async () => {
    const { auth } = await createTestAuth()
    const verify = requireAuth(auth, { scopes: ['orders:write'] })
    const base = await listen(async (request, response) => void (await verify(request, response)))
    const client = await loggedIn(await serveNode(auth), 'ada')
    const answer = await send(base, 'GET', bearer(client.held().accessToken))
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="api", error="insufficient_scope", scope="orders:write"',
    )
  })

  test('T10, G8: a log-in that is too old is challenged with the age that is asked for', async () => {
    const { auth, advance } = await createTestAuth()
    const verify = requireAuth(auth, { maxAge: '10m' })
    const base = await listen(async (request, response) => {
      if (await verify(request, response)) response.end()
    })
    const client = await loggedIn(await serveNode(auth), 'ada')
    expect((await send(base, 'GET', bearer(client.held().accessToken))).status).toBe(200)
    advance(11 * 60_000)
    await client.refresh()
    const answer = await send(base, 'GET', bearer(client.held().accessToken))
    expect(answer.body.code).toBe('insufficient_user_authentication')
    expect(answer.headers.get('www-authenticate')).toContain('max_age="600"')
  })

  test('other authentication schemes are none of ours', async () => {
    const headers = { Authorization: 'Basic YWRhOnNlY3JldA==' }
    expect((await send(profile(), 'GET', { headers })).body.code).toBe('credentials_missing')
  })
})

describe('T5: one token, in one way', () => {
  test('a header and a cookie at once are refused', async () => {
    const client = await loggedIn(server.get().base, 'twice')
    const { accessToken } = client.held()
    const headers = {
      Authorization: `Bearer ${accessToken}`,
      Cookie: `access_token=${accessToken}`,
    }
    const answer = await send(profile(), 'GET', { headers })
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
  })

  test('M23: two Authorization lines are refused', async () => {
    for (const second of ['Bearer other', 'Basic YTpi', '']) {
      const lines = ['GET /auth/profile HTTP/1.1', 'Authorization: Bearer x']
      const answer = await sendRaw(server.get().base, [...lines, `authorization: ${second}`])
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    }
  })

  test('M23: a cookie that is there twice with two values is refused', async () => {
    const headers = { Cookie: 'access_token=a; x=y; access_token=b', Origin: server.get().base }
    expect((await send(profile(), 'GET', { headers })).status).toBe(400)
    const Cookie = 'refresh_token=a; refresh_token=b'
    const refresh = await send(`${server.get().base}/auth/refresh-token`, 'POST', {
      headers: { ...headers, Cookie },
    })
    expect(refresh.status).toBe(400)
  })

  test('a token in the query is not looked at', async () => {
    const client = await loggedIn(server.get().base, 'query')
    const answer = await send(`${profile()}?access_token=${client.held().accessToken}`, 'GET')
    expect(answer.body.code).toBe('credentials_missing')
  })
})

describe('every answer', () => {
  test('T7: is no-store, errors included', async () => {
    const { base } = server.get()
    const client = createClient(base)
    const answers = [
      await client.register('stored'),
      await client.register('stored'),
      await client.login('stored', 'wrong'),
      await client.login('stored'),
      await client.refresh(),
      await client.call('GET', '/auth/profile'),
      await client.call('GET', '/auth/sessions'),
      await client.call('POST', '/auth/password', { currentPassword: password, newPassword: 'x' }),
      await client.call('DELETE', '/auth/sessions/none'),
      await client.call('GET', '/auth/check'),
      await client.call('POST', '/auth/logout'),
      await client.call('GET', '/auth/profile'),
      await client.call('GET', '/auth/nowhere'),
      await client.call('PUT', '/auth/login'),
      await send(`${base}/auth/login`, 'POST', { body: '{' }),
    ]
    for (const { status, headers } of answers) {
      expect([status, headers.get('cache-control')]).toEqual([status, 'no-store'])
    }
  })

  test('H1: a refusal is a problem document with type, title, status and code, and no more', async () => {
    const { base } = server.get()
    const answers = [
      await send(`${base}/auth/nowhere`, 'GET'),
      await send(profile(), 'GET', bearer('a.b.c')),
      await send(`${base}/auth/login`, 'POST', { body: { password: 1 } }),
      await send(`${base}/elsewhere`, 'GET'),
    ]
    for (const { status, headers, text } of answers) {
      expect(headers.get('content-type')).toBe('application/problem+json')
      const { errors, ...problem } = JSON.parse(text)
      expect(problem).toEqual({
        type: `urn:problem:${problem.code.replaceAll('_', '-')}`,
        title: expect.any(String),
        status,
        code: expect.stringMatching(/^[a-z_]+$/),
      })
      expect(JSON.stringify(errors ?? '')).not.toMatch(/at .*\.ts|Error/)
    }
  })

  test('H1: a wrong field is named', async () => {
    const answer = await send(`${server.get().base}/auth/login`, 'POST', {
      body: { username: 'ada', password: 7 },
    })
    expect(answer.body.errors).toEqual([{ field: 'password', message: 'must be a string' }])
  })
})
