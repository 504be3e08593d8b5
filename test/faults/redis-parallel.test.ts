/** Many at once, two servers, and clocks that differ: M13, M14, M15 and M17 on Redis. */

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { accountsFile, redisAuth, watchRejections } from '../support/redis-auth.ts'
import { hasRedis, redisIsMissing, startRedis } from '../support/redis-server.ts'

if (!hasRedis()) redisIsMissing('many at once on Redis')

const minute = 60_000

/** Two servers on one database and one Redis. */
async function twoServers(clocks: readonly [number, number] = [0, 0], limit: 'off' | 30 = 'off') {
  watchRejections()
  const redis = await startRedis()
  onTestFinished(redis.dispose)
  const path = accountsFile()
  const [first, second] = clocks.map((offset) => ({
    path,
    clock: () => Date.now() + offset,
    session: { refreshLimit: limit },
  }))
  return [await redisAuth(redis.url, first), await redisAuth(redis.url, second)] as const
}

describe.skipIf(!hasRedis())('on Redis', () => {
  test('M13: of two tabs that refresh at once both go on, whichever answer is kept', async () => {
    const [one, two] = await twoServers()
    for (const kept of [0, 1] as const) {
      const tabs = [await loggedIn(one.base, `ada${kept}`), createClient(two.base)] as const
      let { refreshToken } = tabs[0].held()
      for (let round = 0; round < 10; round += 1) {
        const answers = await Promise.all(
          tabs.map((tab) => tab.call('POST', '/auth/refresh-token', { refreshToken })),
        )
        expect(answers.map(({ status }) => status)).toEqual([200, 200])
        refreshToken = answers[kept]?.body.refreshToken ?? ''
      }
    }
    expect(one.events.filter(({ type }) => type === 'session_ended')).toEqual([])
  })

  test('M14: a thousand refreshes of one token are all answered, and one successor commits', async () => {
    const [one, two] = await twoServers()
    const { auth } = one
    await auth.register({ username: 'ada', password: 'correct horse battery' })
    const { session } = await auth.login({ username: 'ada', password: 'correct horse battery' })
    const parallel = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        [auth, two.auth][index % 2]?.refresh(session.refreshToken),
      ),
    )
    const successors = parallel.map((pair) => pair?.refreshToken ?? '')
    expect(new Set(successors).size).toBe(1000)
    const committed = await Promise.allSettled(
      successors.map((token, index) => [auth, two.auth][index % 2]?.refresh(token)),
    )
    expect(committed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refused = committed.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    expect(new Set(refused)).toEqual(new Set(['refresh_token_superseded']))
  })

  test('M15: servers whose clocks are ten minutes apart lose no session: Redis decides', async () => {
    const [fast, slow] = await twoServers([5 * minute, -5 * minute])
    const client = await loggedIn(fast.base, 'ada')
    const { sid } = claimsOf(client.held().accessToken)
    let { refreshToken } = client.held()
    const atOnce = [createClient(fast.base), createClient(slow.base)] as const
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        atOnce.map((one) => one.call('POST', '/auth/refresh-token', { refreshToken })),
      )
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      const [passed] = [refreshToken]
      refreshToken = answers[round % 2]?.body.refreshToken ?? ''
      // It is presented late at the other server: nothing has ended.
      const next = await atOnce[round % 2 === 0 ? 0 : 1].call('POST', '/auth/refresh-token', {
        refreshToken,
      })
      refreshToken = next.body.refreshToken ?? ''
      const late = await atOnce[round % 2 === 0 ? 1 : 0].call('POST', '/auth/refresh-token', {
        refreshToken: passed,
      })
      expect(late.body.code).toBe('refresh_token_superseded')
    }
    expect([...fast.events, ...slow.events].filter(({ type }) => type === 'session_ended')).toEqual(
      [],
    )
    // Both servers see the ending in their feeds.
    await fast.auth.logout({ refreshToken })
    expect((await atOnce[1].call('POST', '/auth/refresh-token', { refreshToken })).body.code).toBe(
      'session_ended',
    )
    expect(sid).not.toBe('')
  })

  test('M17: while keys rotate no access token is refused, at either server', async () => {
    const servers = await twoServers()
    const client = await loggedIn(servers[0].base, 'ada')
    for (let round = 0; round < 6; round += 1) {
      await servers[round % 2 === 0 ? 0 : 1].auth.keys.rotate()
      for (let step = 0; step < 5; step += 1) {
        expect((await client.refresh()).status).toBe(200)
        for (const { base } of servers) {
          const response = await fetch(`${base}/anything`, {
            headers: { Authorization: `Bearer ${client.held().accessToken}` },
          })
          expect([round, step, response.status]).toEqual([round, step, 200])
        }
      }
    }
  })

  test('an ending at one server is known to the other within milliseconds', async () => {
    const [one, two] = await twoServers()
    const client = await loggedIn(one.base, 'ada')
    const { accessToken } = client.held()
    expect(await two.auth.verify(accessToken)).toMatchObject({ sid: claimsOf(accessToken).sid })
    await client.call('POST', '/auth/logout')
    const began = performance.now()
    let known = false
    while (!known && performance.now() - began < 1000) {
      known = await Promise.resolve()
        .then(() => two.auth.verify(accessToken))
        .then(
          () => false,
          () => true,
        )
      await pause(1)
    }
    expect(known).toBe(true)
  })
})
