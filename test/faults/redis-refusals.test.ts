/** Redis answers, but refuses: M6 and M8 of the fault matrix. */

import { rmSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Client, createClient, loggedIn } from '../support/client.ts'
import {
  expectUnavailable,
  recoveryTime,
  redisAuth,
  watchRejections,
  withinOneSecond,
} from '../support/redis-auth.ts'
import { hasRedis, type RedisServer, redisIsMissing, startRedis } from '../support/redis-server.ts'

if (!hasRedis()) redisIsMissing('what Redis refuses')

async function start(options?: readonly string[]) {
  watchRejections()
  const redis = await startRedis(options)
  onTestFinished(redis.dispose)
  const { base, auth, events } = await redisAuth(redis.url)
  return { redis, base, auth, events }
}

/** Each refuses writes, with the word that Redis says. */
const refusals: Readonly<
  Record<string, { refuse(redis: RedisServer): void; allow(redis: RedisServer): void }>
> = {
  OOM: {
    refuse: (redis) => void redis.cli('CONFIG', 'SET', 'maxmemory', '1mb'),
    allow: (redis) => void redis.cli('CONFIG', 'SET', 'maxmemory', '0'),
  },
  READONLY: {
    refuse: (redis) => void redis.cli('REPLICAOF', '127.0.0.1', '1'),
    allow: (redis) => void redis.cli('REPLICAOF', 'NO', 'ONE'),
  },
  NOREPLICAS: {
    refuse: (redis) => void redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    allow: (redis) => void redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '0'),
  },
  MISCONF: {
    refuse: (redis) => {
      redis.cli('CONFIG', 'SET', 'save', '3600 1000000')
      rmSync(redis.folder, { recursive: true })
      redis.cli('BGSAVE')
    },
    allow: (redis) => void redis.cli('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no'),
  },
}

/** A committed token's first refresh writes; a second one with the same would not. */
async function clientThatWrites(base: string, name: string, transport?: 'cookie'): Promise<Client> {
  const client = await loggedIn(base, name, transport)
  await client.refresh()
  return client
}

describe.skipIf(!hasRedis())('a Redis that refuses writes', () => {
  test.each(Object.entries(refusals))(
    'M6, M8: with %s: 503 and nothing used up, guarded routes go on, and it goes on afterwards',
    async (word, { refuse, allow }) => {
      const { redis, base, events } = await start()
      const client = await clientThatWrites(base, 'ada', 'cookie')
      refuse(redis)
      await expect.poll(() => redis.cli('SET', 'any', 'thing')).toContain(word)
      for (let tries = 0; tries < 8; tries += 1) {
        expectUnavailable(await withinOneSecond(client.refresh))
      }
      expectUnavailable(await createClient(base, 'cookie').login('ada'))
      expect((await client.call('GET', '/anything')).status).toBe(200)
      allow(redis)
      expect(await recoveryTime(client.refresh)).toBeLessThan(2000)
      // Nothing of the log-in that was refused is there.
      expect((await client.call('GET', '/auth/sessions')).body.sessions).toHaveLength(1)
      expect(events.filter(({ type }) => type.startsWith('session_'))).toEqual([])
    },
  )

  test('M6: log-out works on a full Redis, of one session, another one and all', async () => {
    const { redis, base } = await start()
    const [one, another, caller, all] = [
      await clientThatWrites(base, 'ada'),
      await clientThatWrites(base, 'bob'),
      createClient(base),
      await clientThatWrites(base, 'cyd'),
    ]
    await caller.login('bob')
    const { body } = await caller.call('GET', '/auth/sessions')
    const id = body.sessions?.find(({ current }) => !current)?.id
    redis.cli('CONFIG', 'SET', 'maxmemory', '1mb')
    expect(redis.cli('SET', 'any', 'thing')).toContain('OOM')
    expect((await one.call('POST', '/auth/logout')).status).toBe(204)
    expect((await caller.call('DELETE', `/auth/sessions/${id}`)).status).toBe(204)
    expect((await all.call('POST', '/auth/logout-all')).status).toBe(204)
    for (const ended of [one, another, all]) {
      expect((await ended.call('GET', '/anything')).status).toBe(401)
      expect((await ended.refresh()).body.code).toBe('session_ended')
    }
    redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    for (const ended of [one, another, all]) {
      expect((await ended.refresh()).body.code).toBe('session_ended')
    }
    expect((await caller.refresh()).status).toBe(200)
  })

  test('M6: a replay on a full Redis gets nothing, and is found when there is room', async () => {
    const { redis, base } = await start()
    const client = await loggedIn(base, 'ada')
    const { refreshToken } = client.held()
    for (let step = 0; step < 6; step += 1) await client.refresh()
    const thief = createClient(base)
    const replay = () => thief.call('POST', '/auth/refresh-token', { refreshToken })
    redis.cli('CONFIG', 'SET', 'maxmemory', '1mb')
    expectUnavailable(await replay())
    redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    expect((await replay()).body.code).toBe('refresh_token_replayed')
    expect((await client.refresh()).body.code).toBe('session_ended')
  })

  test('M8: scripts that are gone are sent again, unnoticed', async () => {
    const { redis, base } = await start()
    const client = await loggedIn(base, 'ada')
    for (let step = 0; step < 3; step += 1) {
      redis.cli('SCRIPT', 'FLUSH')
      expect((await client.refresh()).status).toBe(200)
    }
    redis.cli('SCRIPT', 'FLUSH')
    expect((await client.call('POST', '/auth/logout')).status).toBe(204)
  })

  test('M8: while it is loading its data it is 503, and it goes on afterwards', async () => {
    const persistent = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']
    const slow = ['--key-load-delay', '20000', '--loading-process-events-interval-bytes', '1024']
    const { redis, base, events } = await start(persistent)
    const client = await clientThatWrites(base, 'ada', 'cookie')
    for (let index = 0; index < 100; index += 1) redis.cli('SET', `filler${index}`, 'x')
    redis.cli('BGREWRITEAOF')
    await expect.poll(() => redis.cli('INFO', 'persistence')).toMatch(/rewrite_in_progress:0/)
    await redis.kill('SIGTERM')
    redis.launch(slow)
    await expect.poll(() => redis.cli('GET', 'any')).toContain('LOADING')
    expectUnavailable(await withinOneSecond(client.refresh))
    await expect.poll(() => redis.cli('PING'), { timeout: 10_000 }).toBe('PONG')
    expect(await recoveryTime(client.refresh)).toBeLessThan(2000)
    expect(events.filter(({ type }) => type.startsWith('session_'))).toEqual([])
  })
})
