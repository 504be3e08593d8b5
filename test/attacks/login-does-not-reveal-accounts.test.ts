/**
 * Log-in does not tell whether an account exists, is disabled or is locked (P11; ASVS 6.3.8).
 *
 * Here the answers and the calls of the store; the time is in `test/holds/enumeration.test.ts`.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openFailingStores } from '../support/failing-stores.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const names = ['active', 'disabled', 'locked'] as const
const lockAfter = 10

const seen = ({ status, text, headers }: Answer) => {
  const { date: _, ...rest } = Object.fromEntries(headers)
  return { status, text, headers: rest }
}

/** Three accounts; `locked` is locked through its other name, so that this one is fresh. */
async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-reveal-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { stores, watch, calls } = await openFailingStores(folder)
  const limits = { login: { failures: 20, lockAfter, network: { failures: 500 } } }
  const { auth, events } = await createTestAuth({ stores, limits })
  const base = await serveNode(auth)
  const login = (body: object) => send(`${base}/auth/login`, 'POST', { body })
  for (const username of names) {
    await auth.register({ username, email: `${username}@example.com`, password })
  }
  await auth.users.disable((await auth.users.find('disabled'))?.id ?? '')
  for (let failure = 0; failure < lockAfter; failure += 1) {
    await login({ email: 'locked@example.com', password: 'not the password' })
  }
  expect(events.filter(({ type }) => type === 'account_locked')).toHaveLength(1)
  return { login, watch, calls }
}

test('P11: status, body and headers are the same for every kind of name and password', async () => {
  const { login } = await start()
  const wrong = seen(await login({ username: 'unknown', password: 'not the password' }))
  expect(wrong.status).toBe(401)
  expect(wrong.headers).toMatchObject({ 'www-authenticate': 'Bearer realm="api"' })
  const others = [
    ...names.map((username) => ({ username, password: 'not the password' })),
    { username: 'disabled', password },
    { username: 'locked', password },
    { email: 'locked@example.com', password },
    { username: 'no such name can be', password: 'not the password' },
    { username: '', password: 'not the password' },
    { email: 'unknown@example.com', password: 'not the password' },
    { email: 'no address', password: 'not the password' },
    { username: 'active', password: '' },
    { username: 'unknown', password: 'x'.repeat(5000) },
    { username: 'active', password: 'x'.repeat(5000) },
    { username: 'active', password: 'control\u0000character' },
    { username: 'active', password: 'not the password', deviceToken: 'csd_made' },
  ]
  for (const body of others) expect(seen(await login(body))).toEqual(wrong)
})

test('P11: a right password of a disabled account is a failure as any other', async () => {
  const { auth } = await createTestAuth({ limits: { login: { failures: 2, network: 'off' } } })
  const base = await serveNode(auth)
  await auth.register({ username: 'ada', password })
  await auth.users.disable((await auth.users.find('ada'))?.id ?? '')
  const statuses: number[] = []
  for (const word of ['not the password', password, password]) {
    const body = { username: 'ada', password: word }
    statuses.push((await send(`${base}/auth/login`, 'POST', { body })).status)
  }
  expect(statuses).toEqual([401, 401, 429])
})

test('P11: the store is asked the same for every kind of account', async () => {
  const { login, watch, calls } = await start()
  const asked = async (username: string, word: string): Promise<readonly string[]> => {
    watch(() => false)
    expect((await login({ username, password: word })).status).toBe(401)
    return [...calls()]
  }
  const expected = await asked('unknown', 'not the password')
  expect(expected).toEqual(['findByKey', 'takeAll'])
  for (const username of names) {
    expect(await asked(username, 'not the password')).toEqual(expected)
  }
  expect(await asked('disabled', password)).toEqual(expected)
  expect(await asked('locked', password)).toEqual(expected)
})
