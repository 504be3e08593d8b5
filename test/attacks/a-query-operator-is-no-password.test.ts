/** An object where a text belongs is 400 and reaches no store (H3; ASVS 15.3.5). */

import { expect, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { password, shareServer } from '../support/test-server.ts'

const server = shareServer()
const operators: readonly unknown[] = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $in: ['ada'] },
  { toString: 'ada', length: 3 },
  ['ada'],
  [['ada']],
  { 0: 'a', length: 1 },
  true,
  0,
]

test('H3: operators, lists and numbers are neither names nor passwords nor tokens', async () => {
  const { base } = server.get()
  const owner = await loggedIn(base, 'ada')
  for (const value of operators) {
    const bodies = [
      ['/auth/login', { username: value, password }],
      ['/auth/login', { username: 'ada', password: value }],
      ['/auth/login', { email: value, password }],
      ['/auth/login', { username: value, password: value }],
      ['/auth/register', { username: value, password }],
      ['/auth/register', { username: 'new', password: value }],
      ['/auth/refresh-token', { refreshToken: value }],
      ['/auth/logout', { refreshToken: value }],
    ] as const
    for (const [path, body] of bodies) {
      const { status, body: answer } = await send(`${base}${path}`, 'POST', { body })
      expect([path, body, status, answer.code]).toEqual([path, body, 400, 'invalid_request'])
    }
  }
  expect((await owner.refresh()).status).toBe(200)
})

test('H3: a name that is SQL, a pattern or a path is a name that nobody has', async () => {
  const { base } = server.get()
  await loggedIn(base, 'bob')
  const names = ["bob' --", "' OR '1'='1", 'bo%', 'bo_', 'bob\u0000', '../bob', 'bob;', '*', 'BOB ']
  for (const username of names) {
    const { status, body } = await send(`${base}/auth/login`, 'POST', {
      body: { username, password },
    })
    expect([username, status, body.code]).toEqual([username, 401, 'invalid_credentials'])
  }
})
