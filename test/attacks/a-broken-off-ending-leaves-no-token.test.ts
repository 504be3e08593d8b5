/**
 * An ending that broke off between its two steps leaves no access token alive (R9, I3, Z4).
 *
 * The account's epoch is raised first, then its sessions end. The first step announces the end by
 * itself, so that a crash or a store error right after it does no harm.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createClient } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const endings = {
  'log-out everywhere': ['POST', '/auth/logout-all', {}],
  'a password change': [
    'POST',
    '/auth/password',
    { currentPassword: password, newPassword: 'a much better battery' },
  ],
  deletion: ['DELETE', '/auth/profile', {}],
} as const

test.each(Object.entries(endings))(
  'Z4, R9: broken off after its first step it leaves no token alive: %s',
  async (_, [method, path, body]) => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-broken-off-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const { stores, watch } = await openFailingStores(folder)
    const { auth } = await createTestAuth({ stores })
    const base = await serveNode(auth)
    const owner = createClient(base)
    await owner.register('ada')
    await owner.login('ada')
    const thief = createClient(base)
    await thief.login('ada')

    watch((_call, name) => name === 'endAll')
    expect((await owner.call(method, path, body)).status).toBe(503)
    watch(() => false)
    await vi.waitFor(async () => {
      expect((await thief.call('GET', '/auth/profile')).body.code).toBe('session_ended')
    })
    expect((await thief.refresh()).status).toBe(401)
  },
)

test('Z4: a log-out everywhere that broke off is finished when it is asked for again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-broken-off-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { stores, watch, calls } = await openFailingStores(folder)
  const { auth } = await createTestAuth({ stores })
  const owner = createClient(await serveNode(auth))
  await owner.register('ada')
  await owner.login('ada')
  watch((_call, name) => name === 'endAll')
  expect((await owner.call('POST', '/auth/logout-all')).status).toBe(503)
  watch(() => false)
  expect((await owner.call('POST', '/auth/logout-all')).status).toBe(204)
  expect(calls()).toContain('endAll')
})

test('R14: a shortened lifetime does not revive what was ended before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-shortened-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const before = await createTestAuth({ dataFolder: folder, accessToken: { lifetime: '24h' } })
  await before.auth.register({ username: 'ada', password })
  const { session } = await before.auth.login({ username: 'ada', password })
  await before.auth.logout({ refreshToken: session.refreshToken })

  const later = () => Date.now() + 2 * 3_600_000
  const after = await createTestAuth({ dataFolder: folder, clock: later })
  const refused = Promise.resolve(after.auth.verify(session.accessToken))
  await expect(refused).rejects.toMatchObject({ code: 'token_expired' })
})
