/** `POST /refresh-token`: every outcome of the table in DESIGN.md, by a settable clock. */

import { expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

async function start(options: AuthOptions = {}) {
  const { auth, advance, events } = await createTestAuth(options)
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  const present = (refreshToken: string) =>
    send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken } })
  const next = async (refreshToken: string): Promise<string> => {
    const { status, body } = await present(refreshToken)
    expect(status).toBe(200)
    return body.refreshToken ?? ''
  }
  return { client, present, next, advance, events, first: client.held().refreshToken }
}

test('R1: a refresh answers with a new pair', async () => {
  const { present, first } = await start()
  const { status, body } = await present(first)
  expect(status).toBe(200)
  expect(Object.keys(body).sort()).toEqual([
    'accessToken',
    'expiresIn',
    'refreshToken',
    'tokenType',
  ])
  expect(body.refreshToken).toMatch(/^csr_[\w-]{136}$/)
  expect(body.refreshToken).not.toBe(first)
  expect([body.tokenType, body.expiresIn]).toEqual(['Bearer', 900])
})

test('R3, M12: a refresh whose answer was lost can be retried, days later too', async () => {
  const { next, advance, first } = await start()
  await next(first)
  advance(3 * day)
  await next(await next(first))
})

test('R4: of a hundred refreshes at once all answer, all differently, and one line goes on', async () => {
  const { present, next, advance, first } = await start({ session: { refreshLimit: 'off' } })
  const answers = await Promise.all(Array.from({ length: 100 }, () => present(first)))
  expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200))
  const successors = answers.map(({ body }) => body.refreshToken ?? '')
  expect(new Set(successors).size).toBe(100)
  await next(successors[50] ?? '')
  advance(11 * second)
  expect((await present(successors[51] ?? '')).body.code).toBe('refresh_token_replayed')
})

test('a token that is not ours is refresh_token_invalid', async () => {
  const { present, first } = await start()
  const flipped = `${first.slice(0, -1)}${first.endsWith('A') ? 'B' : 'A'}`
  const others = ['x', 'csr_', first.slice(0, -1), `${first}A`, ` ${first}`, first.toUpperCase()]
  for (const token of ['', flipped, ...others]) {
    const { status, body } = await present(token)
    expect([status, body.code]).toEqual([401, 'refresh_token_invalid'])
  }
  expect((await present(first)).status).toBe(200)
})

test('R5: a token older than the inactivity timeout is refresh_token_expired', async () => {
  const { present, next, advance, first } = await start()
  advance(7 * day - minute)
  const second = await next(first)
  advance(2 * minute)
  expect((await present(first)).body.code).toBe('refresh_token_expired')
  await next(second)
})

test('R5: a session older than the absolute lifetime is refresh_token_expired', async () => {
  const { present, next, advance, first } = await start()
  let token = first
  for (let step = 1; step <= 4; step += 1) {
    advance(6.5 * day)
    token = await next(token)
  }
  advance(5 * day)
  expect((await present(token)).body.code).toBe('refresh_token_expired')
})

test('a token passed less than ten seconds ago is superseded, and nothing ends', async () => {
  const { present, next, advance, first } = await start()
  const third = await next(await next(first))
  advance(9 * second)
  const { status, body } = await present(first)
  expect([status, body.code]).toEqual([401, 'refresh_token_superseded'])
  await next(third)
})

test('R2: a token passed longer ago is replayed, and ends the session', async () => {
  const { client, present, next, advance, events, first } = await start()
  const third = await next(await next(first))
  advance(11 * second)
  const { status, body } = await present(first)
  expect([status, body.code]).toEqual([401, 'refresh_token_replayed'])
  expect((await present(third)).body.code).toBe('session_ended')
  expect((await client.call('GET', '/auth/profile')).body.code).toBe('session_ended')
  expect(events.at(-1)).toMatchObject({ reason: 'refresh_token_replayed' })
})

test('R2: a client that commits every nine seconds does not keep a replay late', async () => {
  const { present, next, advance, first } = await start()
  let token = await next(await next(first))
  advance(9 * second)
  token = await next(token)
  advance(9 * second)
  await next(token)
  expect((await present(first)).body.code).toBe('refresh_token_replayed')
})

test('R10: after a log-out it is session_ended', async () => {
  const { client, present, first } = await start()
  await client.call('POST', '/auth/logout')
  expect((await present(first)).body.code).toBe('session_ended')
})

test('a client that never adopts is told about at the third, and refused at the twentieth', async () => {
  const { present, advance, events, first } = await start()
  const told = () => events.filter(({ type }) => type === 'refresh_token_not_adopted')
  for (let fork = 1; fork < 20; fork += 1) {
    expect((await present(first)).status).toBe(200)
    expect(told()).toHaveLength(fork < 3 ? 0 : 1)
    advance(15 * minute)
  }
  expect(told()[0]).toMatchObject({ advice: expect.stringContaining('Store the refreshToken') })
  const { status, body } = await present(first)
  expect([status, body.code]).toEqual([401, 'refresh_token_not_adopted'])
  expect((await present(first)).body.code).toBe('session_ended')
  expect(events.at(-1)).toMatchObject({ reason: 'refresh_token_not_adopted' })
})

test('a client that adopts once in a while is never refused', async () => {
  const { next, advance, first } = await start()
  let token = first
  for (let hour = 1; hour <= 60; hour += 1) {
    const successor = await next(token)
    if (hour % 15 === 0) token = successor
    advance(60 * minute)
  }
})

test('the 31st fork of a minute is 429 with Retry-After; commits are not counted', async () => {
  const { present, next, advance, first } = await start()
  const successors: string[] = []
  for (let fork = 1; fork <= 30; fork += 1) successors.push(await next(first))
  const { status, headers, body, setCookies } = await present(first)
  expect([status, body.code, setCookies]).toEqual([429, 'too_many_requests', []])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
  advance(61 * second)
  await next(first)
  await next(successors[0] ?? '')
})

test('a thief who forks fast does not hide behind the limit: a replay is found out', async () => {
  const { present, next, advance, first } = await start()
  const second = await next(first)
  await next(second)
  for (let fork = 1; fork <= 40; fork += 1) await present(second)
  advance(11_000)
  for (let fork = 1; fork <= 40; fork += 1) await present(second)
  expect((await present(first)).body.code).toBe('refresh_token_replayed')
})

test('C8: a refresh token in the body is answered in the body, whatever cookies there are', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  const { body, setCookies } = await send(`${base}/auth/refresh-token`, 'POST', {
    body: { refreshToken: client.held().refreshToken },
    headers: { Cookie: 'refresh_token=planted' },
  })
  expect([body.tokenType, setCookies]).toEqual(['Bearer', []])
})
