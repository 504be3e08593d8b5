/** Passwords cannot be guessed at for long (P9, P10; NIST SP 800-63B-4 §3.2.2; ASVS 6.1.1, 6.3.1). */

import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

async function start(options: AuthOptions = {}) {
  const opened = await createTestAuth(options)
  const base = await serveNode(opened.auth)
  const guess = (username: string, more: object = {}, headers: Record<string, string> = {}) =>
    send(`${base}/auth/login`, 'POST', {
      body: { username, password: 'not the password', ...more },
      headers,
    })
  return { ...opened, base, guess }
}

const retryAfter = ({ headers }: Answer) => headers.get('retry-after')
const codes = (answers: readonly Answer[]) =>
  answers.map(({ status }) => status).sort((one, other) => one - other)

test('P9, P10: of 50 parallel guesses five are looked at, for a known and an unknown name', async () => {
  // Room for all of them, also on a machine of few cores.
  const { auth, guess } = await start({ passwords: { queueLimit: 50 } })
  await auth.register({ username: 'ada', password })
  const expected = [...Array(5).fill(401), ...Array(45).fill(429)]
  for (const name of ['ada', 'nobody']) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => guess(name)))
    expect(codes(answers)).toEqual(expected)
    const refused = answers.filter(({ status }) => status === 429)
    expect(new Set(refused.map(retryAfter))).toEqual(new Set(['1']))
    expect(refused[0]?.body.code).toBe('too_many_requests')
  }
})

test('P11: a throttled name is answered in the same way, whether or not it exists', async () => {
  const { auth, guess, advance } = await start()
  await auth.register({ username: 'ada', password })
  const seen = async (name: string) => {
    const { status, text, headers } = await guess(name)
    const { date: _, ...rest } = Object.fromEntries(headers)
    return { status, text, headers: rest }
  }
  for (let step = 0; step < 9; step += 1) {
    expect(await seen('nobody')).toEqual(await seen('ada'))
    if (step > 5) advance(8000)
  }
})

describe('P10: a stranger locks nobody out of a device on which they have logged in', () => {
  test('with cookies', async () => {
    const { base, guess } = await start()
    const owner = await loggedIn(base, 'ada', 'cookie')
    for (let guesses = 0; guesses < 6; guesses += 1) await guess('ada')
    expect((await createClient(base, 'cookie').login('ada')).status).toBe(429)
    expect((await owner.login('ada')).status).toBe(200)
    expect((await owner.login('ada')).status).toBe(200)
  })

  test('with the token of the body', async () => {
    const { auth, guess } = await start()
    await auth.register({ username: 'ada', password })
    const first = (await guess('ada', { password })).body.deviceToken
    expect(first).toMatch(/^csd_/)
    for (let guesses = 0; guesses < 6; guesses += 1) await guess('ada')
    expect((await guess('ada', { password })).status).toBe(429)
    const again = await guess('ada', { password, deviceToken: first })
    expect(again.status).toBe(200)
    expect(again.body.deviceToken).toMatch(/^csd_/)
  })

  test('but a token of another account, and a made one, are no help', async () => {
    const { auth, guess } = await start()
    for (const username of ['ada', 'mallory']) await auth.register({ username, password })
    const own = (await guess('mallory', { password })).body.deviceToken
    for (let guesses = 0; guesses < 5; guesses += 1) await guess('ada', { deviceToken: own })
    for (const deviceToken of [own, 'csd_made', '']) {
      expect((await guess('ada', { password, deviceToken })).status).toBe(429)
    }
  })

  test('and a cookie is not read for a client that wants its tokens in the body', async () => {
    const { auth, guess } = await start()
    await auth.register({ username: 'ada', password })
    const { deviceToken } = (await guess('ada', { password })).body
    for (let guesses = 0; guesses < 5; guesses += 1) await guess('ada')
    const Cookie = `device_token=${deviceToken}`
    expect((await guess('ada', { password }, { Cookie })).status).toBe(429)
    // Of two cookies one may be planted; the other still counts.
    const browser = { Cookie: `device_token=planted; ${Cookie}`, Origin: 'http://localhost' }
    expect((await guess('ada', { password, transport: 'cookie' }, browser)).status).toBe(200)
  })

  test('until every session ends, as by a new password', async () => {
    const { auth, guess, base } = await start()
    await auth.register({ username: 'ada', password })
    const client = createClient(base)
    const { deviceToken } = (await client.login('ada')).body
    const newPassword = 'a much better battery'
    const changed = await client.call('POST', '/auth/password', {
      currentPassword: password,
      newPassword,
    })
    for (let guesses = 0; guesses < 5; guesses += 1) await guess('ada')
    expect((await guess('ada', { password: newPassword, deviceToken })).status).toBe(429)
    const fresh = changed.body.deviceToken
    expect((await guess('ada', { password: newPassword, deviceToken: fresh })).status).toBe(200)
  })
})

test('P10: a network is refused after 50 failures, a proxy told apart from its clients', async () => {
  const { auth, guess } = await start({
    limits: { login: { network: { failures: 8 } } },
    trustedProxies: ['loopback'],
  })
  await auth.register({ username: 'ada', password })
  const from = (address: string) => ({ 'X-Forwarded-For': address })
  for (let name = 0; name < 8; name += 1) {
    expect((await guess(`name${name}`, {}, from('192.0.2.1'))).status).toBe(401)
  }
  const refused = await guess('ada', { password }, from('192.0.2.1'))
  expect([refused.status, Number(retryAfter(refused)) > 590]).toEqual([429, true])
  expect((await guess('ada', { password }, from('192.0.2.2'))).status).toBe(200)
  // What a client writes before the proxy's entry is not believed.
  expect((await guess('ada', { password }, from('192.0.2.2, 192.0.2.1'))).status).toBe(429)
})

test('P9, P10: whoever has a session cannot guess the password either', async () => {
  const { auth, base, events, advance } = await start()
  const client = await loggedIn(base, 'ada')
  const wrong = { currentPassword: 'not the password', newPassword: 'a much better battery' }
  const guesses = Array.from({ length: 20 }, (_, index) =>
    index % 2 === 0
      ? client.call('POST', '/auth/password', wrong)
      : client.call('DELETE', '/auth/profile', { currentPassword: wrong.currentPassword }),
  )
  const answers = await Promise.all(guesses)
  expect(codes(answers)).toEqual([...Array(5).fill(401), ...Array(15).fill(429)])
  expect(events.at(-1)).toMatchObject({ type: 'login_throttled', by: 'session' })
  advance(1000)
  const right = { ...wrong, currentPassword: password }
  expect((await client.call('POST', '/auth/password', right)).status).toBe(200)
  await auth.close()
})

test('P9: a locked account is let in again by an administrator or a new password', async () => {
  const limits = { login: { failures: 100, lockAfter: 10, network: 'off' } } as const
  const { auth, base, guess, events } = await start({ limits })
  await auth.register({ username: 'ada', email: 'ada@example.com', password })
  const { sub: id } = claimsOf((await createClient(base).login('ada')).body.accessToken)
  const lock = () => Promise.all(Array.from({ length: 10 }, () => guess('ada')))
  const enters = async (word = password) => (await guess('ada', { password: word })).status === 200

  await lock()
  expect(events.filter(({ type }) => type === 'account_locked')).toEqual([
    { type: 'account_locked', accountId: id, for: 'login' },
  ])
  expect(await enters()).toBe(false)
  expect((await auth.users.unlock(id)).id).toBe(id)
  expect(events.at(-1)).toEqual({ type: 'account_unlocked', accountId: id })
  expect(await enters()).toBe(true)

  await lock()
  expect(await enters()).toBe(false)
  await auth.users.setPassword(id, 'a much better battery')
  expect(await enters('a much better battery')).toBe(true)
  await expect(auth.users.unlock('01998d2e-7c1b-7f3a-9d53-000000000000')).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('P10: registrations are limited by name and by network, well-formed ones only', async () => {
  const { base } = await start({ limits: { register: { name: 3, network: 6 } } })
  const register = (username: string, word = password) =>
    createClient(base).register(username, word)
  for (let refused = 0; refused < 10; refused += 1) {
    expect((await register('ada', 'short')).status).toBe(400)
  }
  expect((await register('ada')).status).toBe(201)
  expect((await register('ADA')).status).toBe(409)
  expect((await register('ada')).status).toBe(409)
  const refused = await register('ada')
  expect([refused.status, refused.body.code]).toEqual([429, 'too_many_requests'])
  expect(Number(retryAfter(refused))).toBeGreaterThan(3590)
  expect((await register('bob')).status).toBe(201)
  expect((await register('eve')).status).toBe(201)
  expect((await register('mallory')).status).toBe(429)
})

test('limits count nothing that an administrator does', async () => {
  const { auth } = await start({ limits: { register: { name: 1, network: 1 } } })
  for (const username of ['ada', 'bob', 'eve']) await auth.users.create({ username, password })
  expect(await auth.users.list()).toHaveLength(3)
})
