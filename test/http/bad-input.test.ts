/** Every route of the OpenAPI description under bad input: 4xx with a code, never 5xx (G7, H1-H3). */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, claimsOf, loggedIn } from '../support/client.ts'
import { type BodySchema, describeOperations } from '../support/operations.ts'
import { type Answer, send, sendRaw } from '../support/send.ts'
import { password, shareServer } from '../support/test-server.ts'
import { type BadRequest, badBodies, badCredentials } from './bad-bodies.ts'

const server = shareServer({ session: { refreshLimit: 'off', limit: 'off' } })
const warnings: unknown[] = []
const listenToWarnings = (warning: unknown): void => void warnings.push(warning)
let early: Client

beforeAll(async () => {
  process.on('warning', listenToWarnings)
  early = await loggedIn(server.get().base, 'early')
})

afterAll(() => process.off('warning', listenToWarnings))

/** The routes, read once from the description itself. */
const operations = await describeOperations()
const withBody = operations.filter(({ schema }) => schema !== undefined)
// POST /logout clears whatever cookie it is sent; test/http/logout.test.ts has its rules.
const guarded = operations.filter((route) => route.isGuarded && route.name !== 'POST /logout')

const validBody = (schema: BodySchema | undefined): Record<string, unknown> =>
  Object.fromEntries((schema?.required ?? []).map((field) => [field, password]))

async function tryAll(
  { method, path }: { readonly method: string; readonly path: string },
  requests: readonly BadRequest[],
  headers: Record<string, string>,
): Promise<void> {
  for (const { what, body, headers: bad = {}, mayPass = false } of requests) {
    const url = `${server.get().base}${path}`
    const answer = await send(url, method, { body, headers: { ...headers, ...bad } })
    if (!mayPass || answer.status >= 400) expectRefusal(what, answer)
  }
}

function expectRefusal(what: string, { status, headers, body }: Answer): void {
  const kind = status >= 400 && status < 500 ? '4xx' : status
  const { code } = body
  expect({ what, kind, type: headers.get('content-type'), code }).toEqual({
    what,
    kind: '4xx',
    type: 'application/problem+json',
    code: expect.stringMatching(/^[a-z_]+$/),
  })
}

async function expectEarlyLoginWorks(): Promise<void> {
  expect((await early.call('GET', '/auth/profile')).status).toBe(200)
  expect((await early.refresh()).status).toBe(200)
  expect(warnings).toEqual([])
}

test('the description has the routes that these tests need', () => {
  expect(operations.length).toBeGreaterThanOrEqual(15)
  expect(withBody.map(({ path }) => path)).toContain('/auth/refresh-token')
})

describe('G7, H2, H3, M21: bodies', () => {
  test.each(withBody)('$name refuses what is no valid body', async (operation) => {
    const { schema = { type: 'object' }, path, isGuarded } = operation
    const victim = isGuarded ? await loggedIn(server.get().base, victimName(operation.name)) : early
    const { accessToken } = victim.held()
    // The early log-in is what a log-out of the right shape would end.
    const headers = isGuarded ? { Authorization: `Bearer ${accessToken}` } : {}
    await tryAll({ ...operation, path }, badBodies(schema, validBody(schema)), headers)
    await expectEarlyLoginWorks()
  })

  test('M20: a body over 16 KB without a length is refused too', async () => {
    const chunk = 'x'.repeat(1000)
    const chunks = Array.from({ length: 40 }, () => `3e8\r\n${chunk}\r\n`).join('')
    for (const { method, path, isGuarded } of withBody) {
      const answer = await sendRaw(
        server.get().base,
        [
          `${method} ${path} HTTP/1.1`,
          'Content-Type: application/json',
          'Transfer-Encoding: chunked',
          ...(isGuarded ? [`Authorization: Bearer ${early.held().accessToken}`] : []),
        ],
        `${chunks}0\r\n\r\n`,
      )
      expect([path, answer.slice(0, 12)]).toEqual([path, 'HTTP/1.1 413'])
      expect(answer).toContain('"code":"body_too_large"')
    }
    await expectEarlyLoginWorks()
  })

  test('M26: a 10 MB password is refused before it is parsed', async () => {
    const body = JSON.stringify({ username: 'ada', password: 'x'.repeat(10_000_000) })
    const url = `${server.get().base}/auth/login`
    expectRefusal('10 MB', await send(url, 'POST', { body }))
  })

  test('M24: a refresh token over 8 KB is refused', async () => {
    for (const length of [8400, 16_000]) {
      const body = { refreshToken: `csr_${'A'.repeat(length)}` }
      for (const path of ['/auth/refresh-token', '/auth/logout']) {
        expectRefusal(path, await send(`${server.get().base}${path}`, 'POST', { body }))
      }
    }
    const headers = { Cookie: `refresh_token=${'A'.repeat(8400)}`, Origin: server.get().base }
    expectRefusal(
      'cookie',
      await send(`${server.get().base}/auth/refresh-token`, 'POST', { headers }),
    )
    await expectEarlyLoginWorks()
  })
})

describe('G7, M24: credentials', () => {
  test.each(guarded)('$name refuses what is no access token', async ({ method, path }) => {
    await tryAll({ method, path }, badCredentials.filter(isSendable), { Origin: server.get().base })
    await expectEarlyLoginWorks()
  })

  test('J17: a header beyond all bounds is 431, and the server lives', async () => {
    const headers = { Authorization: `Bearer ${'A'.repeat(20_000)}` }
    const answer = await send(`${server.get().base}/auth/profile`, 'GET', { headers })
    expect(answer.status).toBe(431)
    await expectEarlyLoginWorks()
  })
})

test('M25: ids in paths are names of sessions or nothing', async () => {
  const ids = ['x', '..', '%2e%2e', "';--", '%00', 'a'.repeat(5000), '__proto__', '%ff', '*']
  const uppercase = claimsOf(early.held().accessToken).sid.toUpperCase()
  for (const id of [...ids, uppercase]) {
    expectRefusal(id, await early.call('DELETE', `/auth/sessions/${id}`))
  }
  await expectEarlyLoginWorks()
})

test('M28: a client that leaves in the middle of a body is nothing to report', async () => {
  const { base } = server.get()
  const controller = new AbortController()
  const stream = new ReadableStream({
    start: (sink) => sink.enqueue(new TextEncoder().encode('{"username":')),
  })
  const { signal } = controller
  const init = { method: 'POST', body: stream, duplex: 'half' as const, signal }
  const headers = { 'Content-Type': 'application/json' }
  const left = fetch(`${base}/auth/login`, { ...init, headers }).catch(() => 'left')
  await new Promise((resolve) => setTimeout(resolve, 100))
  controller.abort()
  expect(await left).toBe('left')
  await new Promise((resolve) => setTimeout(resolve, 100))
  await expectEarlyLoginWorks()
})

const victimName = (name: string): string => name.replaceAll(/[^A-Za-z]/g, '').slice(0, 60)

/** fetch sends header values of Latin-1 only. */
const isSendable = ({ headers = {} }: BadRequest): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of Latin-1.
  Object.values(headers).every((value) => /^[\u0000-\u00ff]*$/.test(value))
