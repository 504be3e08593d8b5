/** Which refused refreshes clear the cookies: never one that is no log-out. */

import { expect, test } from 'vitest'
import { type Client, loggedIn } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode, shareServer } from '../support/test-server.ts'

const server = shareServer()

async function start(name: string) {
  const { base, advance } = server.get()
  const client = await loggedIn(base, name, 'cookie')
  const first = client.held().refreshToken
  const present = (token: string) =>
    send(`${base}/auth/refresh-token`, 'POST', {
      headers: { Cookie: `refresh_token=${token}`, Origin: base },
    })
  return { client, first, present, advance }
}

const adopt = async (client: Client, times: number): Promise<void> => {
  for (let step = 0; step < times; step += 1) expect((await client.refresh()).status).toBe(200)
}

const isCleared = (setCookies: readonly string[]): boolean =>
  setCookies.length === 2 && setCookies.every((line) => line.includes('Max-Age=0'))

test('a token that is not ours clears both', async () => {
  const { body, setCookies } = await (await start('invalid')).present('planted')
  expect([body.code, isCleared(setCookies)]).toEqual(['refresh_token_invalid', true])
})

test('a session that ended clears nothing: what ended it may have set new cookies', async () => {
  const { client, first, present } = await start('ended')
  await client.call('POST', '/auth/logout')
  const { body, setCookies } = await present(first)
  expect([body.code, setCookies]).toEqual(['session_ended', []])
})

test('a refresh that comes too late for a password change leaves its cookies alone', async () => {
  const { client, first, present } = await start('changing')
  const change = { currentPassword: password, newPassword: 'another horse battery' }
  expect((await client.call('POST', '/auth/password', change)).status).toBe(200)
  expect((await present(first)).setCookies).toEqual([])
  expect((await client.refresh()).status).toBe(200)
})

test('a late token clears nothing; replayed, it clears both', async () => {
  const { client, first, present, advance } = await start('late')
  await adopt(client, 2)
  const late = await present(first)
  expect([late.status, late.body.code]).toEqual([401, 'refresh_token_superseded'])
  expect(late.setCookies).toEqual([])
  advance(11_000)
  const { body, setCookies } = await present(first)
  expect([body.code, isCleared(setCookies)]).toEqual(['refresh_token_replayed', true])
})

test('an expired token clears both', async () => {
  const { first, present, advance } = await start('expired')
  advance(8 * 86_400_000)
  const { body, setCookies } = await present(first)
  expect([body.code, isCleared(setCookies)]).toEqual(['refresh_token_expired', true])
})

test('the limit clears nothing', async () => {
  const { first, present } = await start('limit')
  let last = await present(first)
  for (let fork = 1; fork <= 60 && last.status === 200; fork += 1) last = await present(first)
  expect([last.status, last.setCookies]).toEqual([429, []])
})

test('Z2, R15: an outage clears nothing, and the same cookie is good after it', async () => {
  const { folder } = server.get()
  const failing = await openFailingStores(folder)
  const base = await serveNode((await createTestAuth({ stores: failing.stores })).auth)
  const client = await loggedIn(base, 'ada', 'cookie')
  failing.watch(() => true)
  const { status, headers, setCookies } = await client.refresh()
  expect([status, setCookies]).toEqual([503, []])
  expect(headers.get('retry-after')).toMatch(/^[123]$/)
  failing.watch(() => false)
  expect((await client.refresh()).status).toBe(200)
})

test('no cookie at all is 401 and clears nothing', async () => {
  const answer = await send(`${server.get().base}/auth/refresh-token`, 'POST')
  expect([answer.body.code, answer.setCookies]).toEqual(['credentials_missing', []])
})
