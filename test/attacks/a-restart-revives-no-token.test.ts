/**
 * What was dead before a restart is dead after it (R14, I3).
 *
 * Keycloak: CVE-2026-9802, where a restart reset the times by which revoked refresh tokens were told.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createTestAuth, password } from '../support/test-server.ts'

test('R14, I3, G8: replayed, logged out, passed and expired stay so after a restart', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'countersign-restart-'))
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
  const { auth, advance } = await createTestAuth({ dataFolder })
  await auth.register({ username: 'ada', password })
  const login = async () => (await auth.login({ username: 'ada', password })).session
  const [replayed, loggedOut, passed] = [await login(), await login(), await login()]
  const refuse = (token: string, code: string) =>
    expect(auth.refresh(token)).rejects.toMatchObject({ code })

  for (const { refreshToken } of [replayed, passed]) {
    const next = await auth.refresh(refreshToken)
    await auth.refresh(next.refreshToken)
  }
  await auth.logout({ refreshToken: loggedOut.refreshToken })
  advance(11_000)
  await refuse(replayed.refreshToken, 'refresh_token_replayed')
  await auth.close()

  const clock = () => Date.now() + 11_000
  const { auth: restarted } = await createTestAuth({ dataFolder, clock })
  const after = (token: string) =>
    restarted.refresh(token).then(
      () => 'answered',
      ({ code }) => code,
    )
  expect(await after(replayed.refreshToken)).toBe('session_ended')
  expect(await after(loggedOut.refreshToken)).toBe('session_ended')
  expect(await after(passed.refreshToken)).toBe('refresh_token_replayed')
  for (const { accessToken } of [replayed, loggedOut, passed]) {
    await expect(async () => restarted.verify(accessToken)).rejects.toMatchObject({
      code: 'session_ended',
    })
  }
})
