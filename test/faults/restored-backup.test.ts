/**
 * The database file replaced by an older copy: what a rollback of the account database means.
 *
 * Tokens outlive it (they carry their generation), records do not: docs/production.md has the list.
 */

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import type { AuthEvent } from '../../src/events.ts'
import { password, testSecret } from '../support/test-server.ts'
import { backUp, integrityOf, restore, temporaryFolder } from './files.ts'

const minutes = 60_000

async function withFile() {
  const folder = temporaryFolder()
  const path = join(folder, 'auth.db')
  const time = { now: 1_800_000_000_000 }
  const events: AuthEvent[] = []
  const open = async () => {
    const auth = await createAuth({
      secret: testSecret,
      database: `sqlite:${path}`,
      clock: () => time.now,
      passwords: { concurrency: 1 },
    })
    auth.on('*', (event) => events.push(event))
    return auth
  }
  return { path, copy: join(folder, 'backup.db'), time, events, open }
}

test('I1: a restored backup logs nobody out who was logged in when it was made', async () => {
  const { path, copy, time, open } = await withFile()
  let auth = await open()
  const newest = new Map<string, string>()
  for (const username of ['ada', 'bob', 'cyd']) {
    await auth.register({ username, password })
    newest.set(username, (await auth.login({ username, password })).session.refreshToken)
  }
  const refreshAll = async () => {
    time.now += 20 * minutes
    for (const [name, token] of newest) newest.set(name, (await auth.refresh(token)).refreshToken)
  }
  await refreshAll()
  await backUp(path, copy)
  // `ada` was refreshed often since, `bob` once, and `cyd`'s last answer was lost.
  await refreshAll()
  for (let step = 0; step < 5; step += 1) {
    time.now += 20 * minutes
    newest.set('ada', (await auth.refresh(newest.get('ada') as string)).refreshToken)
  }
  await auth.refresh(newest.get('cyd') as string)
  await auth.close()

  restore(copy, path)
  auth = await open()
  for (let step = 0; step < 5; step += 1) await refreshAll()
  await auth.close()
  expect(await integrityOf(path)).toBe('ok')
})

test('I1: clients that are one, two and many generations ahead are let in and go on', async () => {
  const { path, copy, time, events, open } = await withFile()
  let auth = await open()
  await auth.register({ username: 'ada', password })
  const lives = []
  for (const steps of [0, 1, 2, 3, 12]) {
    const { session } = await auth.login({ username: 'ada', password })
    lives.push({ steps, token: session.refreshToken })
  }
  await backUp(path, copy)
  for (const life of lives) {
    for (let step = 0; step < life.steps; step += 1) {
      time.now += 20 * minutes
      life.token = (await auth.refresh(life.token)).refreshToken
    }
  }
  await auth.close()
  restore(copy, path)
  auth = await open()
  for (const life of lives) {
    for (let step = 0; step < 3; step += 1) {
      time.now += 20 * minutes
      life.token = (await auth.refresh(life.token)).refreshToken
    }
  }
  await auth.close()
  expect(events.filter(({ type }) => type === 'session_ended')).toEqual([])
})

test('what was done after the backup is undone: it lives in the file and nowhere else', async () => {
  const { path, copy, open } = await withFile()
  let auth = await open()
  await auth.register({ username: 'ada', password })
  const { session } = await auth.login({ username: 'ada', password })
  await backUp(path, copy)
  await auth.register({ username: 'new', password })
  const { session: young } = await auth.login({ username: 'ada', password })
  await auth.logout({ refreshToken: session.refreshToken })
  await expect(auth.refresh(session.refreshToken)).rejects.toMatchObject({ code: 'session_ended' })
  await auth.close()

  restore(copy, path)
  auth = await open()
  // Neither a log-in nor an account of later is known; a session is never made up from a token.
  await expect(auth.refresh(young.refreshToken)).rejects.toMatchObject({ code: 'session_ended' })
  await expect(auth.login({ username: 'new', password })).rejects.toMatchObject({
    code: 'invalid_credentials',
  })
  // A log-out of later is forgotten with the rest; `logout-all` after a restore makes up for it.
  expect(await auth.refresh(session.refreshToken)).toMatchObject({ expiresIn: 900 })
  await auth.close()
})
