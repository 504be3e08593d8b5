/** What the operator hears of Redis: at the start, from `/readyz` and from `auth.health()`. */

import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RedisClient } from '../../src/options/redis-options.ts'
import { joinStores } from '../../src/stores/joined/index.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openRedisStores } from '../../src/stores/redis/index.ts'
import { leftOut } from '../left-out.ts'
import { createClient, loggedIn } from '../support/client.ts'
import { freePort, hasRedis, startRedis } from '../support/redis-server.ts'
import { send } from '../support/send.ts'
import { serveFresh } from '../support/serve-fresh.ts'
import { startStandalone } from '../support/standalone.ts'
import { createTestAuth } from '../support/test-server.ts'

const found = hasRedis()
if (!found) leftOut('what operators hear of Redis', 'apt-get install redis-server')

async function redisWith(...options: string[]) {
  const server = await startRedis(options.length > 0 ? options : undefined)
  onTestFinished(server.dispose)
  return server
}

interface Readiness {
  readonly status: string
  readonly problems: readonly { readonly code: string; readonly severity: string }[]
  readonly feed: { readonly stalenessMilliseconds: number | null }
}

async function readiness(url: string): Promise<readonly [number, Readiness]> {
  const { status, text } = await send(`${url}/readyz`, 'GET')
  return [status, JSON.parse(text) as Readiness]
}

const codesOf = async (url: string): Promise<readonly unknown[]> => {
  const [status, { problems }] = await readiness(url)
  return [status, ...problems.map(({ code }) => code)]
}

/** Sends one command. The reply is thrown away. */
const tell = (port: number, line: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`))
    socket.once('error', reject).once('data', () => {
      socket.destroy()
      resolve()
    })
  })

async function warningsOf(work: () => Promise<unknown>): Promise<string> {
  const heard: string[] = []
  const listen = (warning: Error): void => void heard.push(warning.message)
  process.on('warning', listen)
  await work()
  await pause(10)
  process.off('warning', listen)
  return heard.join('\n')
}

const durable = ['--save', '', '--appendonly', 'yes']

describe.runIf(found)('readiness', () => {
  test('says nothing of a Redis that is as it should be', async () => {
    const redis = await redisWith(...durable)
    let url = ''
    const heard = await warningsOf(async () => {
      url = (await startStandalone({ redis: redis.url })).url
    })
    expect(heard).toBe('')
    const [status, body] = await readiness(url)
    expect([status, body]).toEqual([
      200,
      { status: 'ready', problems: [], feed: { stalenessMilliseconds: expect.any(Number) } },
    ])
    expect(body.feed.stalenessMilliseconds).toBeLessThan(5000)
  })

  test('M7: warns of an evicting policy and of missing persistence, at the start and after', async () => {
    const redis = await redisWith('--save', '', '--maxmemory-policy', 'allkeys-random')
    let url = ''
    const heard = await warningsOf(async () => {
      url = (await startStandalone({ redis: redis.url })).url
    })
    expect(heard).toMatch(/maxmemory-policy is allkeys-random[\s\S]*keeps nothing over a restart/)
    expect(await codesOf(url)).toEqual([200, 'redis_evicts', 'redis_not_persistent'])
    await tell(redis.port, 'CONFIG SET maxmemory-policy noeviction save "3600 1"')
    expect(await codesOf(url)).toEqual([200])
  })

  test('M6, M8: names a full Redis and a replica', async () => {
    const redis = await redisWith(...durable)
    const { url } = await startStandalone({ redis: redis.url })
    await tell(redis.port, 'CONFIG SET maxmemory 1')
    expect(await codesOf(url)).toEqual([200, 'redis_full'])
    await tell(redis.port, 'CONFIG SET maxmemory 0')
    await tell(redis.port, 'REPLICAOF 127.0.0.1 1')
    // It has no data of its primary, so it may refuse everything until it is one again.
    expect((await readiness(url))[0]).toBe(503)
    await tell(redis.port, 'REPLICAOF NO ONE')
    expect(await codesOf(url)).toEqual([200])
  })

  test('M1: a Redis that is down at the start is waited for, and served when it comes', async () => {
    const redis = await redisWith(...durable)
    await redis.kill()
    let url = ''
    const heard = await warningsOf(async () => {
      url = (await startStandalone({ redis: redis.url })).url
    })
    expect(heard).toContain('Redis does not answer')
    expect((await send(`${url}/healthz`, 'GET')).status).toBe(200)
    expect(await codesOf(url)).toEqual([503, 'redis_unreachable'])
    const client = createClient(url)
    expect((await client.register('ada')).status).toBe(201)
    const startedAt = performance.now()
    expect((await client.login('ada')).status).toBe(503)
    expect(performance.now() - startedAt).toBeLessThan(1000)

    await redis.start()
    const backAt = performance.now()
    while ((await readiness(url))[0] !== 200) {
      expect(performance.now() - backAt).toBeLessThan(5000)
      await pause(20)
    }
    expect((await client.login('ada')).status).toBe(200)
  })

  test('M1: requireStoreAtStart refuses to start instead, and leaves nothing running', async () => {
    const redis = `redis://127.0.0.1:${await freePort()}`
    const starting = startStandalone({ redis, requireStoreAtStart: true })
    await expect(starting).rejects.toThrow('Redis does not answer')
  })

  test('M15: a clock that differs by more than the leeway is no readiness', async () => {
    const redis = await redisWith(...durable)
    const lifetimes = {
      accessLifetime: 900_000,
      inactivityTimeout: 604_800_000,
      absoluteLifetime: 2_592_000_000,
    }
    for (const [difference, code] of [
      [0, undefined],
      [-300_000, 'clock_differs'],
      [300_000, 'clock_differs'],
    ] as const) {
      const clock = () => Date.now() + difference
      const accounts = await openMemoryStores({ clock, ...lifetimes })
      const separate = await openRedisStores({ redis: redis.url, ...lifetimes })
      const { auth } = await createTestAuth({ stores: joinStores(accounts, separate), clock })
      const { ready, problems } = await auth.health()
      expect([ready, problems[0]?.code]).toEqual([code === undefined, code])
    }
  })
})

describe('a Redis that is too old', () => {
  test('is refused at the start, with its version', async () => {
    const replies: Readonly<Record<string, unknown>> = {
      PING: Buffer.from('PONG'),
      INFO: Buffer.from('# Server\r\nredis_version:6.2.14\r\nrole:master\r\n'),
    }
    const client = {
      on: () => client,
      duplicate: () => client,
      connect: async () => client,
      destroy: () => {},
      isReady: true,
      sendCommand: async ([name = '']: string[]) => replies[name] ?? null,
    } as unknown as RedisClient
    await expect(createTestAuth({ redis: client })).rejects.toThrow(
      'Redis 6.2.14 is too old: 7.0 or later is needed.',
    )
  })
})

describe.runIf(found)('requireAuth({ fresh: true }) with sessions in Redis', () => {
  test('R14, I3: asks both stores: a wipe ends nobody, a log-out stays one, an outage is 503', async () => {
    const redis = await redisWith(...durable)
    const { auth } = await createTestAuth({ redis: redis.url })
    const base = await serveFresh(auth)
    const [alive, gone] = [await loggedIn(base, 'ada'), await loggedIn(base, 'ada')]
    const fresh = async (client: typeof alive) => (await client.call('GET', '/fresh')).status
    expect([await fresh(alive), await fresh(gone)]).toEqual([200, 200])
    expect((await gone.call('POST', '/auth/logout')).status).toBe(204)
    await tell(redis.port, 'FLUSHALL')
    expect([await fresh(alive), await fresh(gone)]).toEqual([200, 401])
    expect((await alive.refresh()).status).toBe(200)
    expect((await gone.refresh()).status).toBe(401)
    await redis.kill()
    expect(await fresh(alive)).toBe(503)
    expect((await alive.call('GET', '/protected')).status).toBe(200)
  })
})
