/** The guard as a function of `Request`. */

import { expect, onTestFinished, test } from 'vitest'
import { requireAuth } from '../../src/fetch/index.ts'
import { createTestAuth } from '../../src/testing/index.ts'

async function prepare(
  rights?: Parameters<Awaited<ReturnType<typeof createTestAuth>>['loginAs']>[1],
) {
  const made = await createTestAuth()
  onTestFinished(made.close)
  return { ...made, ...(await made.loginAs('ada', rights)) }
}

const requestWith = (headers: Record<string, string>, method = 'GET'): Request =>
  new Request('http://localhost/notes', { method, headers })

test('a good token gives claims and no answer, by header and by cookie', async () => {
  const { auth, headers, cookies, user } = await prepare()
  const verify = requireAuth(auth)
  for (const credentials of [headers, cookies]) {
    const verdict = await verify(requestWith(credentials))
    expect(verdict.claims?.sub).toBe(user.id)
    expect([verdict.response, verdict.headers]).toEqual([undefined, []])
  }
})

test('a token that was verified before is answered at once, without a promise', async () => {
  const { auth, headers } = await prepare()
  const verify = requireAuth(auth)
  const first = await verify(requestWith(headers))
  expect(verify(requestWith(headers))).toEqual(first)
})

test('T6: a refusal is a finished answer, and there are no claims', async () => {
  const { auth, headers } = await prepare()
  const cases = [
    [requireAuth(auth), {}, 401, 'Bearer realm="api"'],
    [requireAuth(auth), { Authorization: 'Bearer x' }, 401, 'error="invalid_token"'],
    [requireAuth(auth, { scopes: ['a', 'b'] }), headers, 403, 'scope="a b"'],
    [requireAuth(auth, { roles: ['admin'] }), headers, 403, null],
  ] as const
  for (const [verify, sent, status, challenge] of cases) {
    const { claims, response } = await verify(requestWith(sent))
    expect(claims).toBeUndefined()
    expect(response?.status).toBe(status)
    expect(response?.headers.get('content-type')).toBe('application/problem+json')
    const told = response?.headers.get('www-authenticate') ?? null
    if (challenge === null) expect(told).toBeNull()
    else expect(told).toContain(challenge)
  }
})

test('M23: several Authorization headers are 400, also with other schemes among them', async () => {
  const { auth, headers } = await prepare()
  const verify = requireAuth(auth)
  for (const other of ['Bearer b', 'bearer b', 'Basic YTpi', '']) {
    for (const first of [true, false]) {
      const request = requestWith(first ? headers : { Authorization: other })
      request.headers.append('Authorization', first ? other : headers.Authorization)
      const { response } = await verify(request)
      expect([other, first, response?.status]).toEqual([other, first, 400])
    }
  }
})

test('C4: a cookie on an unsafe request from elsewhere is 403', async () => {
  const { auth, cookies } = await prepare()
  const verify = requireAuth(auth)
  const own = await verify(requestWith(cookies, 'POST'))
  expect(own.response).toBeUndefined()
  const evil = { ...cookies, Origin: 'https://evil.example' }
  expect((await verify(requestWith(evil, 'POST'))).response?.status).toBe(403)
})

test('a method and headers are enough, as where a framework hands out no request', async () => {
  const { auth, headers, user } = await prepare({ roles: ['admin'] })
  const verify = requireAuth(auth, { roles: ['admin'] })
  const { claims } = await verify({ method: 'GET', headers: new Headers({ ...headers }) })
  expect(claims?.sub).toBe(user.id)
})

test('Z2: a store that cannot answer is 503 with Retry-After, on a route that asks it', async () => {
  const { auth, headers } = await prepare()
  const verify = requireAuth(auth, { fresh: true })
  expect((await verify(requestWith(headers))).response).toBeUndefined()
  await auth.close()
  const { response } = await verify(requestWith(headers))
  expect(response?.status).toBe(503)
  expect(response?.headers.get('retry-after')).toMatch(/^[123]$/)
})

test('a requirement that no token can meet is a mistake of the programmer', async () => {
  const { auth } = await prepare()
  expect(() => requireAuth(auth, { maxAge: 'soon' as '1m' })).toThrow(TypeError)
})
