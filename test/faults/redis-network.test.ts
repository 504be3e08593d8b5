/** What the network loses between a server and Redis: M11, M12 and M32 of the fault matrix. */

import { setTimeout as pause } from 'node:timers/promises'
import { Redis as Ioredis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import {
  accountsFile,
  expectUnavailable,
  recoveryTime,
  redisAuth,
  watchRejections,
  withinOneSecond,
} from '../support/redis-auth.ts'
import { hasRedis, redisIsMissing, startRedis } from '../support/redis-server.ts'
import { startProxy } from '../support/tcp-proxy.ts'

if (!hasRedis()) redisIsMissing('the network before Redis')

async function start() {
  watchRejections()
  const redis = await startRedis()
  onTestFinished(redis.dispose)
  return { redis, proxy: await startProxy(redis.port) }
}

describe.skipIf(!hasRedis())('the network before Redis', () => {
  test('M11, M12: a step whose answer is lost can be asked for again', async () => {
    const { proxy } = await start()
    const { base, events } = await redisAuth(proxy.url)
    const client = await loggedIn(base, 'ada', 'cookie')
    for (let round = 0; round < 4; round += 1) {
      proxy.set('drop-response')
      expectUnavailable(await withinOneSecond(client.refresh))
      proxy.set('reset')
      expectUnavailable(await withinOneSecond(client.refresh))
      proxy.set('pass')
      expect(await recoveryTime(client.refresh)).toBeLessThan(2000)
    }
    expect(events.filter(({ type }) => type.startsWith('session_'))).toEqual([])
  })

  test('M12: an answer that is lost on its way to the client can be asked for again', async () => {
    const { redis } = await start()
    const { base } = await redisAuth(redis.url)
    const front = await startProxy(Number(new URL(base).port))
    const client = await loggedIn(base, 'ada')
    const { refreshToken } = client.held()
    const through = createClient(`http://127.0.0.1:${front.port}`)
    for (let round = 0; round < 3; round += 1) {
      front.set('drop-response')
      const lost = through.call('POST', '/auth/refresh-token', { refreshToken })
      const outcome = lost.then(
        () => 'answered',
        () => 'lost',
      )
      await pause(300)
      front.set('reset')
      expect(await outcome).toBe('lost')
    }
    expect((await client.refresh()).status).toBe(200)
    expect((await client.refresh()).status).toBe(200)
  })

  const clients = {
    'by URL': async (url: string) => url,
    'by a client of ioredis': async (url: string) => {
      const client = new Ioredis(url)
      onTestFinished(() => client.disconnect())
      return client
    },
  }

  test.each(Object.entries(clients))(
    'M32: one server cut off is 503 and unready, the other goes on, and what comes late ends nothing: %s',
    async (_, clientOf) => {
      const { redis, proxy } = await start()
      const path = accountsFile()
      const cut = await redisAuth(await clientOf(proxy.url), { path })
      const other = await redisAuth(redis.url, { path })
      const client = await loggedIn(other.base, 'ada')
      // The cut server has learned Redis's clock.
      const bob = await loggedIn(cut.base, 'bob')
      expect((await bob.refresh()).status).toBe(200)

      proxy.set('blackhole')
      const { refreshToken } = client.held()
      const there = createClient(cut.base)
      const ask = () => there.call('POST', '/auth/refresh-token', { refreshToken })
      // This one is on its way until the end.
      expectUnavailable(await withinOneSecond(ask))
      await expect(cut.auth.ready()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
      const began = performance.now()
      // Longer than the ten seconds for which a token that was passed counts as late.
      while (performance.now() - began < 12_000) {
        expect((await client.refresh()).status).toBe(200)
        if (performance.now() - began > 2000) expectUnavailable(await withinOneSecond(bob.refresh))
        await pause(500)
      }
      expect((await fetch(`${cut.base}/auth/.well-known/jwks.json`)).status).toBe(200)

      proxy.set('pass')
      expect(await recoveryTime(bob.refresh)).toBeLessThan(2000)
      expect((await client.refresh()).status).toBe(200)
      const back = await loggedIn(other.base, 'cyd')
      const held = back.held().refreshToken
      const again = () => there.call('POST', '/auth/refresh-token', { refreshToken: held })
      expect(await recoveryTime(again)).toBeLessThan(2000)
      expect(claimsOf(there.held().accessToken).sid).toBe(claimsOf(back.held().accessToken).sid)
      const events = [...cut.events, ...other.events]
      expect(events.filter(({ type }) => type.startsWith('session_'))).toEqual([])
    },
    60_000,
  )
})
