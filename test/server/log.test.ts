/** Log lines: JSON, in UTC, no raw session id, one line an event (R16, P13, Z6). */

import { expect, test } from 'vitest'
import type { AuthEvent } from '../../src/events.ts'
import { formatEvent } from '../../src/server/log.ts'
import { createClient } from '../support/client.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

test('R16, P13: a whole life in the log names no token, session, password, name or address', async () => {
  const { auth, events, advance } = await createTestAuth()
  const client = createClient(await serveNode(auth))
  const hidden = new Set([password, 'ada-lovelace', 'wrong password'])
  const remember = () => {
    const { accessToken, refreshToken } = client.held()
    hidden.add(accessToken).add(refreshToken)
    hidden.add(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sid)
  }
  await client.register('ada-lovelace')
  await client.login('ada-lovelace', 'wrong password')
  await client.login('ada-lovelace')
  remember()
  for (let step = 0; step < 3; step += 1) {
    advance(900_000)
    await client.call('POST', '/auth/refresh-token', { refreshToken: client.held().refreshToken })
    remember()
  }
  await client.call('POST', '/auth/logout')
  await client.login('ada-lovelace')
  remember()
  await client.call('POST', '/auth/logout-all')
  await client.login('ada-lovelace')
  await client.call('DELETE', '/auth/profile')

  const lines = events.map((event) => formatEvent(event, 0)).join('\n')
  for (const type of ['login_failed', 'login_succeeded', 'session_ended', 'account_deleted']) {
    expect(lines).toContain(`"event":"${type}"`)
  }
  for (const value of hidden) expect(lines).not.toContain(value)
})

test('Z6: a line is one line, in UTC', () => {
  const event = { type: 'login_failed', accountId: 'a\r\n{"event":"forged"}\u2028' }
  const line = formatEvent(event as AuthEvent, 1_700_000_000_000)
  expect(line).not.toMatch(/[\r\n]/)
  expect(JSON.parse(line)).toEqual({
    time: '2023-11-14T22:13:20.000Z',
    event: 'login_failed',
    accountId: event.accountId,
  })
})

test('R16: the same session has the same mark in every line', () => {
  const event = (type: string) =>
    JSON.parse(formatEvent({ type, accountId: 'a', sessionId: 's1' } as AuthEvent, 0))
  expect(event('login_succeeded').sessionId).toBe(event('session_ended').sessionId)
  expect(event('login_succeeded').sessionId).toMatch(/^[\w-]{16}$/)
})
