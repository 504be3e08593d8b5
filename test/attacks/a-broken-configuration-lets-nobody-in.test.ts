/**
 * What is set up wrongly, or has stopped, lets nobody through (Z2, Z5; ASVS 16.5.3).
 *
 * Auth.js: GHSA-8fpg-xm3f-6cx3, where an invalid configuration made checks of mere existence pass.
 */

import { expect, test } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { requireAuth as requireAuthInExpress } from '../../src/express/index.ts'
import { requireAuth } from '../../src/node/index.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'

const mistakes: Readonly<Record<string, AuthOptions>> = {
  'a short secret': { secret: 'short' },
  'an empty secret': { secret: '' },
  'an audience that is empty': { audience: '' },
  'an issuer that is no URL': { issuer: 'auth' },
  'an algorithm that does not exist': { accessToken: { algorithm: 'none' as never } },
  'a database that does not exist': { database: 'nothing://here' },
}

test.each(Object.entries(mistakes))('Z5, G8: with %s there is no instance', async (_, options) => {
  const made = createAuth({ dataFolder: '/nonexistent/countersign', ...options })
  await expect(made).rejects.toThrow(TypeError)
})

test('Z3, G8: a guard that was given no instance is never made', () => {
  for (const nothing of [undefined, null, {}, new Error('invalid')]) {
    for (const make of [requireAuth, requireAuthInExpress]) {
      expect(() => make(nothing as never)).toThrow(TypeError)
    }
  }
})

test.each(waysOfServing)('Z2, G8: %s lets nobody in after it was closed', async (_, serve) => {
  const { auth } = await createTestAuth({ revocation: { maxStaleness: '1s' } })
  const base = await serve(auth)
  const client = await loggedIn(base, 'ada')
  await auth.close()
  for (const path of ['/protected', '/auth/profile', '/auth/check']) {
    expect((await send(`${base}${path}`, 'GET')).status).toBe(401)
    const headers = { Authorization: 'Bearer a.b.c' }
    expect((await send(`${base}${path}`, 'GET', { headers })).status).toBe(401)
  }
  for (const answer of [await client.login('ada'), await client.refresh()]) {
    expect([answer.status, answer.body.code]).toEqual([503, 'temporarily_unavailable'])
  }
})
