/** What clients and other services see of a rotation. */

import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { jwksMaxAgeSeconds } from '../../src/tokens/key-life.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode, testSecret } from '../support/test-server.ts'

const minute = 60_000

async function setUp() {
  const { auth, advance } = await createTestAuth()
  const base = await serveNode(auth)
  await auth.register({ username: 'ada', password })
  const logIn = async () => (await auth.login({ username: 'ada', password })).session
  const published = async () => {
    const { headers, text } = await send(`${base}/auth/.well-known/jwks.json`, 'GET')
    const { keys } = JSON.parse(text) as { keys: { kid: string }[] }
    return { kids: keys.map(({ kid }) => kid), cacheControl: headers.get('cache-control') }
  }
  return { auth, advance, logIn, published }
}

const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid

test('K2: the JWKS shows the next key before the first token that it signs', async () => {
  const { auth, advance, logIn, published } = await setUp()
  const before = await logIn()
  const older = kidOf(before.accessToken)
  const { kid } = await auth.keys.rotate()
  expect((await published()).kids).toEqual([kid, older])
  expect(kidOf((await auth.refresh(before.refreshToken)).accessToken)).toBe(older)
  advance(15 * minute)
  const after = await auth.refresh(before.refreshToken)
  expect(kidOf(after.accessToken)).toBe(kid)
  expect((await auth.keys.list()).map(({ state }) => state)).toEqual(['retiring', 'active'])
  advance(17 * minute)
  expect((await published()).kids).toEqual([kid])
  expect(await auth.keys.list()).toMatchObject([{ kid, algorithm: 'ES256', state: 'active' }])
})

test('K2: a key is published for longer than the JWKS may be cached', async () => {
  const { published } = await setUp()
  expect((await published()).cacheControl).toBe(`public, max-age=${jwksMaxAgeSeconds}`)
})

test('a key that leaked: its tokens end at once, known ones too; sessions go on', async () => {
  const { auth, logIn, published } = await setUp()
  const { accessToken, refreshToken } = await logIn()
  await auth.verify(accessToken)
  const { kid } = await auth.keys.rotate({ now: true })
  expect((await published()).kids).toEqual([kid])
  await expect(async () => auth.verify(accessToken)).rejects.toMatchObject({
    code: 'invalid_token',
  })
  const next = await auth.refresh(refreshToken)
  expect(kidOf(next.accessToken)).toBe(kid)
  expect(await auth.verify(next.accessToken)).toMatchObject({ client_id: 'first-party' })
})

test('a timer reads the keys within 75 seconds, and ends with the instance', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const lifetimes = { accessLifetime: minute, inactivityTimeout: minute, absoluteLifetime: minute }
  const stores = await openMemoryStores({ clock: () => Date.now(), ...lifetimes })
  let reads = 0
  const listKeys = () => {
    reads += 1
    return stores.keys.listKeys()
  }
  const auth = await createAuth({
    secret: testSecret,
    stores: { ...stores, keys: { ...stores.keys, listKeys } },
  })
  const opened = reads
  vi.advanceTimersByTime(44_000)
  expect(reads).toBe(opened)
  vi.advanceTimersByTime(31_000)
  expect(reads).toBeGreaterThan(opened)
  await pause(20)
  await auth.close()
  const closed = reads
  vi.advanceTimersByTime(10 * minute)
  expect(reads).toBe(closed)
})
