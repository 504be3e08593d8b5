/** A disabled account has nothing left, and what it had does not come back (ASVS 7.4.2). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

test('R9: its tokens are dead at once, it cannot log in, and enabling revives nothing', async () => {
  const { auth, events, advance } = await createTestAuth()
  const base = await serveNode(auth)
  const phone = await loggedIn(base, 'ada')
  const laptop = await loggedIn(base, 'ada')
  const { sub } = claimsOf(phone.held().accessToken)
  expect(await auth.users.disable(sub)).toMatchObject({ id: sub, status: 'disabled' })

  const isShutOut = async () => {
    for (const client of [phone, laptop]) {
      expect((await client.call('GET', '/anything')).body.code).toBe('session_ended')
      const refreshed = await client.refresh()
      expect([refreshed.status, refreshed.body.code]).toEqual([401, 'session_ended'])
    }
  }
  await isShutOut()
  expect((await createClient(base).login('ada')).body.code).toBe('invalid_credentials')
  expect(await auth.sessions.list(sub)).toEqual([])

  expect(await auth.users.enable(sub)).toMatchObject({ status: 'active' })
  await isShutOut()
  advance(5000)
  await isShutOut()
  const again = await loggedIn(base, 'ada')
  expect((await again.call('GET', '/anything')).status).toBe(200)
  expect((await again.refresh()).status).toBe(200)
  const types = events.map(({ type }) => type)
  expect(types.filter((type) => type === 'account_disabled')).toHaveLength(1)
  expect(types.filter((type) => type === 'account_enabled')).toHaveLength(1)
})

test('a log-in right after enabling is let through the guard', async () => {
  const { auth } = await createTestAuth({ clock: () => 1_900_000_000_000 })
  const base = await serveNode(auth)
  const before = await loggedIn(base, 'ada')
  const { sub } = claimsOf(before.held().accessToken)
  await auth.users.disable(sub)
  await before.call('GET', '/anything')
  await auth.users.enable(sub)
  const after = await loggedIn(base, 'ada')
  expect((await after.call('GET', '/anything')).status).toBe(200)
  expect((await before.call('GET', '/anything')).body.code).toBe('session_ended')
})

test('R9, Z4: another process refuses its tokens, even when disabling was cut short after its first step', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-disabled-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const failing = await openFailingStores(folder)
  const { auth } = await createTestAuth({ stores: failing.stores })
  const database = `sqlite:${join(folder, 'failing.db')}`
  const { auth: elsewhere } = await createTestAuth({ database })
  const { user } = await auth.register({ username: 'ada', password })
  const { session } = await auth.login({ username: 'ada', password })
  const verify = async () => elsewhere.verify(session.accessToken)
  expect((await verify()).sub).toBe(user.id)

  failing.watch((_call, name) => name === 'endAll')
  await expect(auth.users.disable(user.id)).rejects.toMatchObject({
    code: 'temporarily_unavailable',
  })
  await expect.poll(() => verify().catch(({ code }) => code)).toBe('session_ended')
  await expect(async () => auth.verify(session.accessToken)).rejects.toMatchObject({
    code: 'session_ended',
  })
  failing.watch(() => false)
  expect(await auth.users.disable(user.id)).toMatchObject({ status: 'disabled' })
})

test('R9: a log-in that runs beside the disabling gets no session', async () => {
  const { auth } = await createTestAuth()
  const { user } = await auth.register({ username: 'ada', password })
  const logins = Array.from({ length: 8 }, () => auth.login({ username: 'ada', password }))
  const outcomes = Promise.allSettled(logins)
  await auth.users.disable(user.id)
  for (const outcome of await outcomes) {
    if (outcome.status === 'rejected') continue
    const { accessToken, refreshToken } = outcome.value.session
    await expect(async () => auth.verify(accessToken)).rejects.toMatchObject({
      code: 'session_ended',
    })
    await expect(auth.refresh(refreshToken)).rejects.toMatchObject({ code: 'session_ended' })
  }
  expect(await auth.sessions.list(user.id)).toEqual([])
})
