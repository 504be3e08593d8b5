/** Tokens that are none are refused before any store is asked (M24, J8). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { openFailingStores } from '../support/failing-stores.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'

const base64url = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
  maxLength: 300,
})
const noToken = fc.oneof(
  base64url.map((text) => `csr_${text}`),
  fc.integer({ min: 100, max: 10_000 }).map((length) => `csr_${'A'.repeat(length)}`),
  fc.array(base64url, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

test('M24: what is no token is 401, and no store is asked', async () => {
  const { stores, watch, calls } = await openFailingStores(temporaryFolder())
  const base = await serveNode((await createTestAuth({ stores })).auth)
  watch(() => false)
  await fc.assert(
    fc.asyncProperty(noToken, async (token) => {
      const body = { refreshToken: token }
      const refreshed = await send(`${base}/auth/refresh-token`, 'POST', { body })
      expect([refreshed.status, refreshed.body.code]).toEqual([401, 'refresh_token_invalid'])
      const headers = { Authorization: `Bearer x.${Buffer.from(token).toString('base64url')}` }
      const read = await send(`${base}/auth/profile`, 'GET', { headers })
      expect([read.status, read.body.code]).toEqual([401, 'invalid_token'])
    }),
    { numRuns: 200 },
  )
  expect(calls()).toEqual([])
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
