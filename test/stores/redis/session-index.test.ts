/** The index that finds an account's sessions on Redis, where many accounts share a key. */

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { uuidBytes, uuidFromBytes, uuidV7 } from '../../../src/crypto/uuid.ts'
import type { Commands } from '../../../src/stores/redis/commands.ts'
import { createSessionIndex } from '../../../src/stores/redis/session-index.ts'
import { hasRedis, type RedisServer, redisIsMissing } from '../../support/redis-server.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'

const absoluteLifetime = 1_000_000
const start = 1_800_000_000_000
const seed = 20260725

if (!hasRedis()) redisIsMissing('the index of sessions on Redis')

const bucketOf = (accountId: string): string =>
  createHash('sha256').update(uuidBytes(accountId)).digest('hex').slice(0, 3)

/** Accounts that share a key. */
function neighbours(count: number): string[] {
  const found = [uuidV7(start)]
  while (found.length < count) {
    const another = uuidV7(start)
    if (bucketOf(another) === bucketOf(found[0] ?? '')) found.push(another)
  }
  return found
}

const accounts = neighbours(3)
const [ada = '', bob = ''] = accounts
const key = `i:${bucketOf(ada)}`

describe.skipIf(!hasRedis())('the index of sessions on Redis', () => {
  let own: OwnRedis
  let commands: Commands
  let now = start
  beforeAll(async () => {
    own = await startOwnRedis()
    commands = own.commands
  })
  beforeEach(async () => {
    now = start
    await commands.send(key, ['FLUSHALL'])
  })
  afterAll(() => own?.dispose())

  const open = () =>
    createSessionIndex(commands, { prefix: '', absoluteLifetime, clock: () => now })
  const ask = async (...args: (string | Buffer)[]) => Number(await commands.send(key, args))
  const length = () => ask('STRLEN', key)
  const newIds = (count: number) => Array.from({ length: count }, () => uuidV7(now))
  /** Makes the key so long that it is changed in place. */
  const lengthen = async () => {
    const others = newIds(300).map((id) => Buffer.concat([uuidBytes(id), uuidBytes(id)]))
    await ask('SETRANGE', key, '0', Buffer.concat(others))
  }

  const accountIndex = fc.nat(accounts.length - 1)
  const step = fc.oneof(
    fc.record({ does: fc.constantFrom('add', 'keep', 'leave'), account: accountIndex }),
    fc.record({ does: fc.constant('wait'), account: fc.constant(0) }),
  )

  test.each([
    ['a short key', async () => {}],
    ['a long key', lengthen],
  ])(
    'every account has its own sessions and nobody else’s, in %s',
    async (_, prepare) => {
      const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        now = start
        await commands.send(key, ['FLUSHALL'])
        await prepare()
        const index = open()
        const kept = accounts.map(() => new Set<string>())
        for (const { does, account } of steps) {
          const accountId = accounts[account] ?? ''
          const ids = kept[account] ?? new Set()
          const [oldest] = ids
          if (does === 'wait') now += absoluteLifetime / 8
          if (does === 'add' || (does === 'keep' && oldest === undefined)) {
            const id = uuidV7(now)
            ids.add(id)
            const answered = await index.add(accountId, id, 2)
            const found = await index.read(accountId)
            expect(new Set(answered)).toEqual(new Set(found.length > 2 ? found : []))
          } else if (does === 'keep' && oldest !== undefined) await index.keep(accountId, oldest)
          if (does === 'leave' && oldest !== undefined) {
            ids.delete(oldest)
            await index.leave(accountId, [oldest, uuidV7(now)])
          }
          for (const [place, accountOfPlace] of accounts.entries()) {
            const found = await index.read(accountOfPlace)
            const mine = [...(kept[place] ?? [])]
            expect(new Set(found).size).toBe(found.length)
            // Older ones stay until a log-in takes several out at once.
            expect(found.filter((id) => !mine.includes(id))).toEqual([])
            const living = mine.filter((id) => now - bornAt(id) <= absoluteLifetime)
            expect(living.filter((id) => !found.includes(id))).toEqual([])
          }
        }
        expect((await length()) % 32).toBe(0)
      })
      await fc.assert(property, { numRuns: 150, seed })
    },
    60_000,
  )

  test('bytes that lie across two entries are nobody’s session', async () => {
    const across = Buffer.concat([Buffer.alloc(8), uuidBytes(ada).reverse(), Buffer.alloc(8)])
    await ask('SETRANGE', key, '0', across)
    const [id = ''] = newIds(1)
    await open().add(ada, id, 2)
    expect(await open().read(ada)).toEqual([id])
    await open().leave(ada, [uuidFromBytes(Buffer.concat([across.subarray(24), uuidBytes(ada)]))])
    expect(await length()).toBe(64)
  })

  test('the key outlives the absolute lifetime of what was last added, and goes with its last entry', async () => {
    const [first = '', second = ''] = newIds(2)
    await open().add(ada, first, 2)
    await ask('PEXPIRE', key, '5000')
    await open().keep(bob, second)
    const life = await ask('PTTL', key)
    expect(life).toBeGreaterThan(absoluteLifetime)
    await open().leave(bob, [second])
    expect(await ask('PTTL', key)).toBeGreaterThan(life - 60_000)
    await open().leave(ada, [first])
    expect(await ask('EXISTS', key)).toBe(0)
  })

  test.each([
    ['a short key', 10],
    ['a long key', 1000],
  ])('a later log-in takes out what is past the absolute lifetime, from %s', async (_, count) => {
    const fill = async (ids: readonly string[]) => {
      for (const id of ids) await open().add(ada, id, Number.POSITIVE_INFINITY)
    }
    await fill(newIds(count))
    now += 0.4 * absoluteLifetime
    const [left = '', ...young] = newIds(count)
    await fill([left, ...young])
    await open().leave(ada, [left])
    now += 0.7 * absoluteLifetime
    const [id = ''] = newIds(1)
    await open().add(ada, id, Number.POSITIVE_INFINITY)
    expect(await open().read(ada)).toEqual([...young, id])
    expect(await length()).toBe(count * 32)
  })

  test('a long key is changed only where a session comes or goes', async () => {
    await lengthen()
    const [id = '', other = ''] = newIds(2)
    const before = await commands.send(key, ['GET', key])
    const calls = setCalls(own.server)
    await ask('PERSIST', key)
    await open().add(ada, id, 2)
    await open().keep(bob, other)
    expect(await ask('PTTL', key)).toBeGreaterThan(absoluteLifetime)
    await open().leave(ada, [id])
    expect(setCalls(own.server)).toBe(calls)
    const entry = Buffer.concat([uuidBytes(bob).reverse(), uuidBytes(other)])
    const gone = Buffer.concat([Buffer.alloc(16), uuidBytes(id)])
    const expected = Buffer.concat([before as Buffer, gone, entry])
    expect(await commands.send(key, ['GET', key])).toEqual(expected)
  })

  test('a log-in costs the same with 10,000 sessions of one account as with 1,000', async () => {
    const written = async (count: number) => {
      const before = setCalls(own.server)
      const ids = newIds(count)
      await Promise.all(ids.map((id) => open().add(ada, id, Number.POSITIVE_INFINITY)))
      return setCalls(own.server) - before
    }
    // Writing the key anew is what would cost more with each of them.
    expect(await written(1000)).toBeLessThan(150)
    expect(await written(9000)).toBe(0)
    const all = await open().read(ada)
    expect(all).toHaveLength(10_000)
    await open().leave(ada, all.slice(0, 9999))
    expect([await length(), await open().read(ada)]).toEqual([32, all.slice(9999)])
  }, 60_000)

  test.each([
    ['a short key', async () => {}],
    ['a long key', lengthen],
  ])('a session leaves %s when Redis is full', async (_, prepare) => {
    await prepare()
    const [id = '', other = ''] = newIds(2)
    await open().add(ada, id, 2)
    own.server.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      await expect(open().add(ada, other, 2)).rejects.toThrow()
      expect(await open().read(ada)).toEqual([id])
      await open().leave(ada, [id])
      expect(await open().read(ada)).toEqual([])
    } finally {
      own.server.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
  })
})

const bornAt = (id: string): number => uuidBytes(id).readUIntBE(0, 6)

function setCalls(server: RedisServer): number {
  const [, calls = '0'] = /cmdstat_set:calls=(\d+)/.exec(server.cli('INFO', 'commandstats')) ?? []
  return Number(calls)
}
