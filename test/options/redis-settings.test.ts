/** The options of Redis: what is taken, what is refused, and never a password in a message (Z5). */

import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { describeStores } from '../../src/options/describe-stores.ts'
import { redisAddress, withoutTls } from '../../src/options/redis-settings.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'

const resolve = (redis: unknown, environment: Record<string, string> = {}) =>
  resolveOptions({ redis } as AuthOptions, environment).redis

const client = { sendCommand: async () => null, on: () => {}, duplicate: () => ({}) }
const defaults = { prefix: 'countersign:', deadlineMilliseconds: 250 }

describe('where Redis is', () => {
  test('nowhere, when nobody says it, and no store has to be there at the start', () => {
    expect(resolveOptions({}, {})).toMatchObject({ redis: undefined, requireStoreAtStart: false })
  })

  test.each([
    'redis://127.0.0.1:6379',
    'redis://user:p%40ss@[::1]:6379/3',
    'rediss://redis.example',
    'redis+cluster://one:7000,two:7001',
    'rediss+sentinel://user:pass@one:26379,two:26379/main',
  ])('%s is taken', (url) => {
    expect(resolve(url)).toEqual({ connection: url, ...defaults })
    expect(resolve({ url, prefix: 'app:' })).toMatchObject({ connection: url, prefix: 'app:' })
    expect(resolve(undefined, { REDIS_URL: url })).toMatchObject({ connection: url })
  })

  test('a client is taken, alone and with settings', () => {
    expect(resolve(client)?.connection).toBe(client)
    const settings = { client, prefix: 'x:', deadlineMilliseconds: 100 }
    expect(resolve(settings)).toEqual({
      connection: client,
      prefix: 'x:',
      deadlineMilliseconds: 100,
    })
  })

  test("'off' is deaf to REDIS_URL, and so are stores that are given", async () => {
    const REDIS_URL = 'redis://127.0.0.1'
    expect(resolve('off', { REDIS_URL })).toBeUndefined()
    const lifetimes = { accessLifetime: 1, inactivityTimeout: 1, absoluteLifetime: 1 }
    const stores = await openMemoryStores({ clock: () => 0, ...lifetimes })
    expect(resolveOptions({ stores }, { REDIS_URL }).redis).toBeUndefined()
    expect(() => resolveOptions({ stores, redis: REDIS_URL }, {})).toThrow('joinStores')
  })

  test.each([
    'http://user:geheim@127.0.0.1',
    'redis:geheim',
    'redis://',
    'redis://user:geheim@one,two',
    'redis+sentinel://user:geheim@one:26379',
    'redis://user:geheim@one:port',
    'redis://user:geheim#more@one',
    'redis://user:ge/heim@one',
    'redis://user:ge?heim@one',
    'redis://user:geheim%zz@one',
    'redis+cluster://user:geheim#more@one:1,two:2',
    { url: 'geheim' },
    {},
    { url: 'redis://user:geheim@one', client },
    { client: { geheim: true } },
    7,
    () => client,
  ])('Z5: %j is refused without being repeated', (wrong) => {
    expect(() => resolve(wrong)).toThrow(/ {2}- redis /)
    expect(() => resolve(wrong)).not.toThrow(/geheim/)
  })

  test.each([
    { prefix: '' },
    { prefix: 'a{b}:' },
    { prefix: 'a b' },
    { deadlineMilliseconds: 9 },
    { deadlineMilliseconds: 10_001 },
    { deadlineMilliseconds: '250ms' },
  ])('%j is refused', (settings) => {
    expect(() => resolve({ url: 'redis://one', ...settings })).toThrow(/redis\.\w+ must be/)
  })

  test('requireStoreAtStart is true or false, also in the environment', () => {
    const read = (value: string) =>
      resolveOptions({}, { COUNTERSIGN_REQUIRE_STORE_AT_START: value }).requireStoreAtStart
    expect([read('true'), read('false'), read('')]).toEqual([true, false, false])
    expect(() => read('yes')).toThrow("must be true or false, got 'yes'")
  })
})

describe('what is told of it', () => {
  test('Z5: an address has no user and no password', () => {
    expect(redisAddress('redis://user:p@ss/word@one:6379/2?x=geheim')).toBe('redis://one:6379/2')
    expect(redisAddress('redis+cluster://:geheim@one:1,two:2')).toBe('redis+cluster://one:1,two:2')
    expect(redisAddress('redis://one')).toBe('redis://one')
  })

  test('the places of accounts and sessions are one line', () => {
    const accounts = { kind: 'sqlite', path: '/data/x.db' } as const
    expect(describeStores({ accounts, redis: undefined })).toBe(
      'Accounts and sessions are in SQLite (/data/x.db).',
    )
    const redis = { connection: 'rediss://:geheim@one', ...defaults }
    expect(describeStores({ accounts, redis })).toBe(
      'Accounts are in SQLite (/data/x.db), sessions in Redis (rediss://one).',
    )
  })

  const withUrl = (connection: string) => withoutTls({ connection, ...defaults })

  test.each([
    'redis://127.0.0.1',
    'redis://[::1]:6379',
    'redis://:pw@10.1.2.3',
    'redis://redis:6379',
    'redis+cluster://172.20.0.2:1,192.168.1.1:2',
    'redis://redis.prod.internal',
    'rediss://redis.example',
  ])('%s asks for no TLS', (url) => expect(withUrl(url)).toBeUndefined())

  test.each(['redis://:pw@redis.example', 'redis+cluster://10.0.0.1,203.0.113.7'])(
    '%s asks for TLS',
    (url) => expect(withUrl(url)).toContain('rediss://'),
  )
})
