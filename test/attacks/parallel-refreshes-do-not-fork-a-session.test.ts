/**
 * Refreshing in parallel does not split a session into lines that live on side by side (R4, I2).
 *
 * Keycloak: CVE-2026-1035, where checking and updating a refresh token were two steps, and
 * better-auth: CVE-2026-53517, concurrent refreshes that fork the family of tokens.
 */

import { expect, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'

const lines = 20

test('R4, I2, G8: of the lines that begin in parallel one goes on, and the rest ends it all', async () => {
  const { auth, advance } = await createTestAuth()
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  const refresh = (refreshToken = '') =>
    send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken } })
  const { refreshToken } = client.held()

  const begun = await Promise.all(Array.from({ length: lines }, () => refresh(refreshToken)))
  const successors = begun.map(({ body }) => body.refreshToken)
  expect(new Set(successors).size).toBe(lines)

  const second = await Promise.all(successors.map((token) => refresh(token)))
  const ongoing = second.filter(({ status }) => status === 200)
  expect(ongoing).toHaveLength(1)
  expect(second.filter(({ body }) => body.code === 'refresh_token_superseded')).toHaveLength(
    lines - 1,
  )

  advance(10_000)
  const late = await refresh(successors[second.findIndex(({ status }) => status !== 200)])
  expect(late.body.code).toBe('refresh_token_replayed')
  expect((await refresh(ongoing[0]?.body.refreshToken)).body.code).toBe('session_ended')
})
