/** The routes as a function of `Request`, without a socket. */

import { expect, onTestFinished, test, vi } from 'vitest'
import { authHandler } from '../../src/fetch/index.ts'
import { createTestAuth, testPassword } from '../../src/testing/index.ts'
import { createHono } from '../support/serve-fetch.ts'

const origin = 'http://localhost'
const json = { 'Content-Type': 'application/json' }

async function prepare(options: Parameters<typeof createTestAuth>[0] = {}) {
  const made = await createTestAuth(options)
  onTestFinished(made.close)
  return { ...made, handle: authHandler(made.auth) }
}

const loginRequest = (body: string | ReadableStream<Uint8Array>, path = '/auth/login'): Request =>
  new Request(`${origin}${path}`, {
    method: 'POST',
    headers: json,
    body,
    duplex: 'half',
  } as RequestInit)

const codeOf = async (answer: Response): Promise<unknown> =>
  ((await answer.json()) as { code: string }).code

/** Collects process warnings until the test has finished. */
function warningsOf(): Error[] {
  const warnings: Error[] = []
  const listener = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listener)
  onTestFinished(() => {
    process.off('warning', listener)
  })
  return warnings
}

/** A body that says how many chunks were asked of it. */
function endlessBody(): {
  readonly stream: ReadableStream<Uint8Array>
  readonly asked: () => number
} {
  let asked = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (sink) => {
        asked += 1
        sink.enqueue(new Uint8Array(1000).fill(0x20))
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, asked: () => asked }
}

test('a log-in by cookie sets three cookies, each on a line of its own', async () => {
  const { handle, loginAs } = await prepare()
  await loginAs('ada')
  const body = JSON.stringify({ username: 'ada', password: testPassword, transport: 'cookie' })
  const request = loginRequest(body)
  request.headers.set('Origin', origin)
  const answer = await handle(request)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
    'access_token',
    'refresh_token',
    'device_token',
  ])
})

test('H2: no more than 16 KB of a body are read', async () => {
  const { handle } = await prepare()
  const { stream, asked } = endlessBody()
  const answer = await handle(loginRequest(stream))
  expect([answer.status, await codeOf(answer)]).toEqual([413, 'body_too_large'])
  expect(asked()).toBe(17)
})

test('H2: of a body that says it is too long nothing is read', async () => {
  const { handle } = await prepare()
  const { stream, asked } = endlessBody()
  const request = loginRequest(stream)
  request.headers.set('Content-Length', '16385')
  expect((await handle(request)).status).toBe(413)
  expect(asked()).toBe(0)
})

test('M28: a body that breaks off is the mistake of the client, and no warning', async () => {
  const { handle } = await prepare()
  const warnings = warningsOf()
  const stream = new ReadableStream<Uint8Array>({
    pull: (sink) => sink.error(new Error('the connection was reset')),
  })
  const answer = await handle(loginRequest(stream))
  expect([answer.status, await codeOf(answer)]).toEqual([400, 'invalid_request'])
  expect(warnings).toEqual([])
})

test('a body that was read before is 500, and a warning says what to do', async () => {
  const { handle } = await prepare()
  const warnings = warningsOf()
  const request = loginRequest('{}')
  await request.text()
  const answer = await handle(request)
  expect([answer.status, await codeOf(answer)]).toEqual([500, 'internal_error'])
  await vi.waitFor(() => expect(warnings).toHaveLength(1))
  expect(warnings[0]?.message).toContain('request.clone()')
})

test('what is not under the mount point is 404, also where it begins like it', async () => {
  const { handle } = await prepare({ basePath: '/api/auth' })
  for (const path of [
    '/',
    '/auth/profile',
    '/api/authx',
    '/api/auth',
    '/api/auth/',
    '/x/api/auth',
  ]) {
    const answer = await handle(new Request(`${origin}${path}`))
    expect([path, answer.status, await codeOf(answer)]).toEqual([path, 404, 'not_found'])
  }
  const keys = await handle(new Request(`${origin}/api/auth/.well-known/jwks.json?x=/auth`))
  expect(keys.status).toBe(200)
})

test('an answer to HEAD has the headers and no body', async () => {
  const { handle } = await prepare()
  const url = `${origin}/auth/.well-known/jwks.json`
  const [head, get] = [
    await handle(new Request(url, { method: 'HEAD' })),
    await handle(new Request(url)),
  ]
  expect(head.body).toBeNull()
  expect([head.status, [...head.headers]]).toEqual([get.status, [...get.headers]])
})

test('H4: the address is what the caller says, and nothing that a header says', async () => {
  const { handle, loginAs } = await prepare()
  const { headers } = await loginAs('ada')
  const body = JSON.stringify({ username: 'ada', password: testPassword })
  const forwarded = { 'X-Forwarded-For': '203.0.113.7', 'X-Real-IP': '203.0.113.7' }
  const login = () => {
    const request = loginRequest(body)
    for (const [name, value] of Object.entries(forwarded)) request.headers.set(name, value)
    return request
  }
  await handle(login(), { address: '192.0.2.1' })
  await handle(login())
  // Bun hands its server to a handler that is passed to it as it is.
  await handle(login(), { address: { address: '192.0.2.9' } } as unknown as { address: string })
  const list = await handle(new Request(`${origin}/auth/sessions`, { headers }))
  const { sessions } = (await list.json()) as { sessions: { address: string | null }[] }
  expect(sessions.map(({ address }) => address).sort()).toEqual(['192.0.2.1', null, null, null])
})

test('in Hono the routes answer app.request(), without a server', async () => {
  const { auth, loginAs } = await prepare()
  const { headers, user } = await loginAs('ada')
  const app = createHono(auth, () => undefined)
  const profile = await app.request('/auth/profile', { headers })
  expect(await profile.json()).toMatchObject({ user: { id: user.id } })
  expect(await (await app.request('/protected', { headers })).json()).toEqual({ user: user.id })
  expect((await app.request('/protected')).status).toBe(401)
  expect((await app.request('/auth/login', { method: 'PUT' })).headers.get('allow')).toBe('POST')
})
