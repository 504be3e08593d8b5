/**
 * A header that cannot be decoded is a bad token and no exception (G7).
 *
 * Auth.js: GHSA-xmf8-cvqr-rfgj, where a malformed percent-encoding after `Bearer` was thrown out of
 * the helper that reads the token.
 */

import { expect, onTestFinished, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { send, sendRaw } from '../support/send.ts'
import { createTestAuth } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'

const malformed = ['%%', '%', '%GG', '%E0%A4%A', '%ff%fe', '%00', '"', '=', ';', '\\', '{', 'a=b']

test.each(waysOfServing)('G7, G8: %s answers what cannot be decoded with 4xx', async (_, serve) => {
  const warnings: unknown[] = []
  const listenToWarnings = (warning: unknown): void => void warnings.push(warning)
  process.on('warning', listenToWarnings)
  onTestFinished(() => void process.off('warning', listenToWarnings))
  const { auth } = await createTestAuth()
  const base = await serve(auth)
  const client = await loggedIn(base, 'ada')
  for (const value of malformed) {
    for (const path of ['/protected', '/auth/profile', '/auth/check']) {
      for (const line of [`Authorization: Bearer ${value}`, `Cookie: access_token=${value}`]) {
        const answer = await sendRaw(base, [`GET ${path} HTTP/1.1`, line])
        expect([path, line, answer.slice(9, 12)]).toEqual([path, line, '401'])
      }
    }
    const refresh = ['POST /auth/refresh-token HTTP/1.1', `Origin: ${base}`, 'Content-Length: 0']
    const answer = await sendRaw(base, [...refresh, `Cookie: refresh_token=${value}`])
    expect([value, answer.slice(9, 12)]).toEqual([value, '401'])
    expect((await send(`${base}/auth/sessions/${value}`, 'DELETE')).status).toBeLessThan(500)
  }
  expect((await client.call('GET', '/auth/profile')).status).toBe(200)
  expect(warnings).toEqual([])
})
