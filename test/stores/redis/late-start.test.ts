/** M1: a Redis of any form that comes up later is found without a restart. */

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { startCluster } from '../../support/redis-cluster.ts'
import { startSentinel } from '../../support/redis-sentinel.ts'
import {
  hasRedis,
  type RedisServer,
  redisIsMissing,
  startRedis,
} from '../../support/redis-server.ts'
import { untilAnswered } from './factory.ts'

if (!hasRedis()) redisIsMissing('a Redis that starts late')

const forms: Readonly<
  Record<
    string,
    () => Promise<{ url: string; servers: readonly RedisServer[]; dispose(): Promise<void> }>
  >
> = {
  'one Redis': async () => {
    const server = await startRedis()
    return { url: server.url, servers: [server], dispose: server.dispose }
  },
  'a Cluster': async () => {
    const { url, nodes, dispose } = await startCluster()
    return { url, servers: nodes, dispose }
  },
  'a Sentinel': async () => {
    const group = await startSentinel()
    const { url, primary, replica, sentinel, dispose } = group
    return { url, servers: [primary, replica, sentinel], dispose }
  },
}

describe.skipIf(!hasRedis())('a Redis that starts late', () => {
  test.each(Object.entries(forms))(
    'M1: %s',
    async (_, start) => {
      const { url, servers, dispose } = await start()
      onTestFinished(dispose)
      for (const server of servers) await server.kill('SIGTERM')
      const { sessions } = await openRedisStores({ redis: url, ...contractLifetimes })
      onTestFinished(() => sessions.close())
      const asked = performance.now()
      await expect(sessions.ping()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
      expect(performance.now() - asked).toBeLessThan(300)
      await pause(1500)
      await Promise.all(servers.map((server) => server.start()))
      await untilAnswered(() => sessions.ping(), 10)
      expect(await sessions.now()).toBeGreaterThan(1_700_000_000_000)
    },
    60_000,
  )

  test('M1: closing ends the search for it', async () => {
    const server = await startRedis()
    onTestFinished(server.dispose)
    await server.kill()
    for (const scheme of ['redis', 'redis+cluster', 'redis+sentinel']) {
      const errors: unknown[] = []
      const { sessions } = await openRedisStores({
        redis: `${scheme}://127.0.0.1:${server.port}/name`.replace(/^(redis:.*)\/name/, '$1'),
        onError: (error) => errors.push(error),
        ...contractLifetimes,
      })
      await expect.poll(() => errors.length, { timeout: 5000 }).toBeGreaterThan(0)
      await sessions.close()
      await pause(300)
      const before = errors.length
      await pause(1500)
      expect([scheme, errors.length]).toEqual([scheme, before])
    }
  })
})
