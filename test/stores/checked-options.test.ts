/** Those who open stores themselves: what is missing or of a wrong kind is told by its name (Z5). */

import { describe, expect, test } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { joinStores } from '../../src/stores/joined/index.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openRedisStores } from '../../src/stores/redis/index.ts'
import { createTestAuth } from '../../src/testing/index.ts'
import { oddValues, revealing } from '../support/odd-values.ts'

const clock = () => 0
const lifetimes = { accessLifetime: 1, inactivityTimeout: 1, absoluteLifetime: 1 }
const memory = { ...lifetimes, clock }
const client = { sendCommand: async () => '', isReady: false, destroy: () => {} }

/** The message of the TypeError that a call throws or rejects with; `taken` when it does not. */
async function said(open: () => unknown): Promise<string> {
  try {
    await open()
    return 'taken'
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message
  }
}

const openers = [
  ['openMemoryStores', openMemoryStores as (options: unknown) => unknown, memory],
  [
    'openRedisStores',
    openRedisStores as (options: unknown) => unknown,
    { ...memory, redis: client },
  ],
] as const

describe.each(openers)('%s', (name, open, good) => {
  test('Z5: takes lifetimes as milliseconds and a clock as a function', async () => {
    for (const option of [...Object.keys(lifetimes), 'clock']) {
      const wanted = option === 'clock' ? 'function' : 'number'
      for (const [kind, value] of Object.entries(oddValues)) {
        const message = await said(() => open({ ...good, [option]: value }))
        if (kind === wanted) expect(message).toBe('taken')
        else expect(message).toMatch(new RegExp(`^${name}: ${option} must be `))
      }
    }
  })

  test('Z5: takes an object', async () => {
    for (const value of [undefined, null, 5, 'x', [], () => good]) {
      expect(await said(() => open(value))).toMatch(
        new RegExp(`^${name} must be given an object, got `),
      )
    }
    expect(await said(() => open({}))).toContain('accessLifetime must be')
  })
})

test('Z5: openRedisStores takes a URL or a client', async () => {
  for (const [kind, redis] of Object.entries(oddValues)) {
    if (kind.toLowerCase().endsWith('text')) continue
    expect(await said(() => openRedisStores({ ...memory, redis: redis as never }))).toBe(
      'redis must be a URL, or a client of the package redis or ioredis',
    )
  }
})

test('Z5: joinStores and createAuth take stores, and tell of a promise that was not awaited', async () => {
  const accounts = await openMemoryStores(memory)
  const join = (...input: unknown[]) => said(() => joinStores(...(input as [never, never])))
  for (const value of Object.values(oddValues)) {
    expect(await join(value, { sessions: {} })).toMatch(/^joinStores: the stores of accounts/)
    expect(await join(accounts, value)).toMatch(/^joinStores: the separate stores/)
    expect(await join(accounts, { sessions: value })).not.toMatch(/Cannot|undefined/)
  }
  expect(await join(openMemoryStores(memory), { sessions: {} })).toMatch(/\(await it first\)$/)
  const stores = openMemoryStores(memory) as never
  expect(await said(() => createAuth({ stores }))).toContain('stores must be what')
})

test('Z5: createTestAuth tells the same mistakes as createAuth', async () => {
  const wrong = { session: null, cookies: [], passwords: { pepper: { [revealing]: 1 } } } as never
  const message = await said(() => createTestAuth(wrong))
  expect(message).toMatch(/session must be an object, got null\n.*cookies must be an object/)
  expect(message).toContain('passwords.pepper must be a text or a list of texts, got an object')
  expect(message).not.toContain(revealing)
  expect(await said(() => createTestAuth(null as never))).toContain('options must be an object')
})
