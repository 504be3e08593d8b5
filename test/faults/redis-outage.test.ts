/** Redis is down, dies, freezes or is slow: M1, M2 and M5 of the fault matrix. */

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import {
  expectUnavailable,
  recoveryTime,
  redisAuth,
  watchRejections,
  withinOneSecond,
} from '../support/redis-auth.ts'
import {
  durable,
  hasRedis,
  type RedisServer,
  redisIsMissing,
  startRedis,
} from '../support/redis-server.ts'
import { startProxy } from '../support/tcp-proxy.ts'

if (!hasRedis()) redisIsMissing('outages of Redis')

async function start(options?: readonly string[]) {
  watchRejections()
  const redis = await startRedis(options)
  onTestFinished(redis.dispose)
  return redis
}

/** Each resolves, when it is called again, as soon as the server answers. */
const freezings: Readonly<Record<string, (redis: RedisServer) => () => Promise<void>>> = {
  SIGSTOP: (redis) => {
    redis.freeze()
    return async () => redis.thaw()
  },
  'CLIENT PAUSE': (redis) => {
    const until = performance.now() + 3000
    redis.cli('CLIENT', 'PAUSE', '3000', 'ALL')
    return () => pause(Math.max(0, until - performance.now()))
  },
}

describe.skipIf(!hasRedis())('Redis', () => {
  test('M1: a server starts without it, answers 503 at once, and finds it when it comes', async () => {
    const redis = await start()
    await redis.kill()
    const { auth, base } = await redisAuth(redis.url)
    const client = createClient(base)
    expect((await client.register('ada')).status).toBe(201)
    expectUnavailable(await withinOneSecond(() => client.login('ada')))
    await expect(auth.ready()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    await redis.start()
    expect(await recoveryTime(() => client.login('ada'))).toBeLessThan(2000)
    await auth.ready()
  })

  test('M1: a refresh that finds it down is refused in less than 300 ms', async () => {
    const redis = await start()
    const { base } = await redisAuth(redis.url)
    const client = await loggedIn(base, 'ada', 'cookie')
    await redis.kill()
    await pause(50)
    const took: number[] = []
    for (let tries = 0; tries < 5; tries += 1) {
      const began = performance.now()
      expectUnavailable(await client.refresh())
      took.push(performance.now() - began)
    }
    // The quickest: whatever else runs on the machine may take its time.
    expect(Math.min(...took)).toBeLessThan(300)
  })

  test('M2: killed under load and started again, no session is lost and none ends', async () => {
    const redis = await start(durable)
    const { base, events } = await redisAuth(redis.url)
    const names = Array.from({ length: 8 }, (_, index) => `user${index}`)
    const clients = []
    for (const name of names) clients.push(await loggedIn(base, name))
    let stopped = false
    const statuses = new Map<number, number>()
    const load = clients.map(async (client) => {
      while (!stopped) {
        const { status } = await withinOneSecond(client.refresh)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        await pause(status === 200 ? 2 : 50)
      }
    })
    for (let round = 0; round < 3; round += 1) {
      await pause(300)
      await redis.kill()
      await pause(300)
      await redis.start()
      const [first] = clients
      if (first) expect(await recoveryTime(first.refresh)).toBeLessThan(2000)
    }
    stopped = true
    await Promise.all(load)
    expect([...statuses.keys()].sort()).toEqual([200, 503])
    for (const client of clients) expect((await client.refresh()).status).toBe(200)
    expect(events.filter(({ type }) => type.startsWith('session_'))).toEqual([])
  }, 60_000)

  test.each(Object.entries(freezings))(
    'M5: frozen by %s, it costs 250 ms, then nothing, and nobody gets the answer of another',
    async (_, freeze) => {
      const redis = await start()
      const { base, events } = await redisAuth(redis.url)
      const clients = []
      for (let index = 0; index < 20; index += 1) clients.push(await loggedIn(base, `user${index}`))
      const owners = clients.map((client) => claimsOf(client.held().accessToken))
      const thaw = freeze(redis)
      const first = await Promise.all(clients.map((one) => withinOneSecond(one.refresh)))
      for (const answer of first) expectUnavailable(answer)
      // The breaker is open: but for one that tries, they wait for nothing.
      const began = performance.now()
      for (const client of clients) expectUnavailable(await client.refresh())
      expect(performance.now() - began).toBeLessThan(4000)
      await pause(500)
      await thaw()
      const [some] = clients
      if (some) expect(await recoveryTime(some.refresh)).toBeLessThan(2000)
      for (let round = 0; round < 3; round += 1) {
        const answers = await Promise.all(clients.map((client) => client.refresh()))
        expect(answers.map(({ status }) => status)).toEqual(clients.map(() => 200))
        expect(clients.map((one) => claimsOf(one.held().accessToken).sid)).toEqual(
          owners.map(({ sid }) => sid),
        )
      }
      expect(events.filter(({ type }) => type.startsWith('session_'))).toEqual([])
    },
    60_000,
  )

  test('M5: while it is frozen few commands are sent to it, however many ask', async () => {
    const redis = await start()
    const { base } = await redisAuth(redis.url)
    const client = await loggedIn(base, 'ada')
    redis.freeze()
    const began = performance.now()
    let asked = 0
    while (performance.now() - began < 2000) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => withinOneSecond(client.refresh)),
      )
      for (const answer of answers) expectUnavailable(answer)
      asked += answers.length
    }
    redis.thaw()
    await recoveryTime(client.refresh)
    const steps = /cmdstat_evalsha:calls=(\d+)/.exec(redis.cli('INFO', 'commandstats'))?.[1]
    expect(asked).toBeGreaterThan(40)
    expect(Number(steps)).toBeLessThan(30)
  })

  test('M5: answers that come two seconds late are 503 before, and reach nobody after', async () => {
    const redis = await start()
    const proxy = await startProxy(redis.port, 2000)
    const { base } = await redisAuth(proxy.url)
    const clients = []
    for (const name of ['ada', 'bob', 'cyd']) clients.push(await loggedIn(base, name))
    proxy.set('delay')
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(clients.map((one) => withinOneSecond(one.refresh)))
      for (const answer of answers) expectUnavailable(answer)
      await pause(400)
    }
    proxy.set('pass')
    for (const client of clients) {
      const { sid } = claimsOf(client.held().accessToken)
      expect(await recoveryTime(client.refresh)).toBeLessThan(3000)
      expect(claimsOf(client.held().accessToken).sid).toBe(sid)
    }
  })
})
