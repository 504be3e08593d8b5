/** Redis loses all, or its last writes: M3, M4 and M7 of the fault matrix. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { type Client, claimsOf, loggedIn } from '../support/client.ts'
import { recoveryTime, redisAuth, watchRejections } from '../support/redis-auth.ts'
import { hasRedis, type RedisServer, redisIsMissing, startRedis } from '../support/redis-server.ts'
import { startProxy } from '../support/tcp-proxy.ts'

if (!hasRedis()) redisIsMissing('the loss of what is in Redis')

async function start(options?: readonly string[]) {
  watchRejections()
  const redis = await startRedis(options)
  onTestFinished(redis.dispose)
  return redis
}

const noPersistence = ['--save', '', '--appendonly', 'no']

const wipes = {
  FLUSHALL: async (redis: RedisServer) => void redis.cli('FLUSHALL'),
  'a restart without its data': async (redis: RedisServer) => {
    await redis.kill()
    await redis.start()
  },
}

const refused = async (client: Client): Promise<unknown> => {
  const { status, body } = await client.refresh()
  return [status, body.code]
}

describe.skipIf(!hasRedis())('what Redis has lost', () => {
  test.each(Object.entries(wipes))('M3: by %s is healed by the next refresh', async (_, wipe) => {
    const redis = await start()
    const { base, events } = await redisAuth(redis.url)
    const staying = []
    for (const name of ['ada', 'bob', 'cyd']) staying.push(await loggedIn(base, name))
    for (const client of staying.slice(1)) await client.refresh()
    const out = await loggedIn(base, 'dan')
    const everywhere = await loggedIn(base, 'eve')
    const tokens = [out.held().refreshToken, everywhere.held().refreshToken]
    await out.call('POST', '/auth/logout')
    await everywhere.call('POST', '/auth/logout-all')

    await wipe(redis)
    for (const client of staying) {
      const { sid } = claimsOf(client.held().accessToken)
      expect(await recoveryTime(client.refresh)).toBeLessThan(2000)
      expect(claimsOf(client.held().accessToken).sid).toBe(sid)
      expect((await client.call('GET', '/anything')).status).toBe(200)
      const { body } = await client.call('GET', '/auth/sessions')
      expect(body.sessions).toMatchObject([{ id: sid, current: true }])
    }
    // Whoever had ended stays so, and being asked brings nothing back.
    for (let tries = 0; tries < 2; tries += 1) {
      for (const refreshToken of tokens) {
        const answer = await out.call('POST', '/auth/refresh-token', { refreshToken })
        expect([answer.status, answer.body.code]).toEqual([401, 'session_ended'])
      }
    }
    const restored = events.filter(({ type }) => type === 'session_restored')
    expect(restored).toHaveLength(staying.length)
    const endings = events.filter(({ type }) => type === 'session_ended')
    expect(endings).toMatchObject([{ reason: 'logout' }])
  })

  test('M3, R12: what was lost can be ended by its owner, and by nobody else, before it comes back', async () => {
    const redis = await start()
    const { base, events } = await redisAuth(redis.url)
    const [phone, laptop] = [await loggedIn(base, 'ada'), await loggedIn(base, 'ada')]
    const other = await loggedIn(base, 'bob')
    const idOf = (client: Client) => claimsOf(client.held().accessToken).sid
    const [lost, foreign] = [idOf(phone), idOf(other)]
    redis.cli('FLUSHALL')

    const end = (id: string) => laptop.call('DELETE', `/auth/sessions/${id}`)
    for (let tries = 0; tries < 2; tries += 1) expect((await end(lost)).status).toBe(204)
    expect((await end(foreign)).status).toBe(404)
    expect((await phone.call('GET', '/anything')).status).toBe(401)
    expect(await refused(phone)).toEqual([401, 'session_ended'])
    expect((await other.refresh()).status).toBe(200)
    expect((await laptop.refresh()).status).toBe(200)
    const endings = events.filter(({ type }) => type === 'session_ended')
    expect(endings).toMatchObject([{ sessionId: lost, reason: 'remote_logout' }])
  })

  test('M3: a restored session still ends when its token is replayed', async () => {
    const redis = await start()
    const { base } = await redisAuth(redis.url, { session: { rotation: 'strict' } })
    const client = await loggedIn(base, 'ada')
    const { refreshToken } = client.held()
    redis.cli('FLUSHALL')
    expect((await client.refresh()).status).toBe(200)
    const replay = await client.call('POST', '/auth/refresh-token', { refreshToken })
    expect(replay.body.code).toBe('refresh_token_replayed')
    redis.cli('FLUSHALL')
    expect(await refused(client)).toEqual([401, 'session_ended'])
  })

  test('M4: a failover to a replica that lags loses no session and revives none', async () => {
    const primary = await start([...noPersistence, '--repl-diskless-sync-delay', '0'])
    const replica = await startRedis([
      ...noPersistence,
      ...['--replicaof', '127.0.0.1', String(primary.port)],
    ])
    onTestFinished(replica.dispose)
    const proxy = await startProxy(primary.port)
    const { base, events } = await redisAuth(proxy.url)
    const clients = []
    for (const name of ['ada', 'bob', 'cyd', 'dan']) clients.push(await loggedIn(base, name))
    const [one, two, many, out] = clients as [Client, Client, Client, Client]
    await expect.poll(() => replica.cli('DBSIZE'), { timeout: 10_000 }).toBe(primary.cli('DBSIZE'))

    // It keeps what it has; SIGSTOP would only delay what is on its way to it.
    replica.cli('REPLICAOF', '127.0.0.1', '1')
    const young = await loggedIn(base, 'eve')
    await one.refresh()
    for (let step = 0; step < 2; step += 1) await two.refresh()
    for (let step = 0; step < 6; step += 1) await many.refresh()
    const outToken = out.held().refreshToken
    await out.call('POST', '/auth/logout')
    await primary.kill()
    replica.cli('REPLICAOF', 'NO', 'ONE')
    proxy.pointTo(replica.port)

    for (const client of [one, two, many, young]) {
      expect(await recoveryTime(client.refresh)).toBeLessThan(2000)
      for (let step = 0; step < 3; step += 1) expect((await client.refresh()).status).toBe(200)
    }
    const back = await one.call('POST', '/auth/refresh-token', { refreshToken: outToken })
    expect([back.status, back.body.code]).toEqual([401, 'session_ended'])
    const endings = events.filter(({ type }) => type === 'session_ended')
    expect(endings).toMatchObject([{ reason: 'logout' }])
    expect(events.some(({ type }) => type === 'session_recovered')).toBe(true)
    expect(events.some(({ type }) => type === 'session_restored')).toBe(true)
  })

  test('M7: sessions that are evicted are restored', async () => {
    const redis = await start()
    const { base, events } = await redisAuth(redis.url)
    const clients = []
    for (let index = 0; index < 12; index += 1) clients.push(await loggedIn(base, `user${index}`))
    redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random')
    const used = Number(/used_memory:(\d+)/.exec(redis.cli('INFO', 'memory'))?.[1])
    redis.cli('CONFIG', 'SET', 'maxmemory', String(used - 200_000))
    redis.cli('SET', 'anything', 'of the application')
    redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    expect(Number(/evicted_keys:(\d+)/.exec(redis.cli('INFO', 'stats'))?.[1])).toBeGreaterThan(10)
    for (const client of clients) expect((await client.refresh()).status).toBe(200)
    expect(events.some(({ type }) => type === 'session_restored')).toBe(true)
    expect(events.filter(({ type }) => type === 'session_ended')).toEqual([])
  })
})
