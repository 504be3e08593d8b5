/** M4, M8: Sentinel and Cluster put a replica in the place of a primary that has died. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import { contractLifetimes, newHash, newSession } from '../../../src/stores/contract/examples.ts'
import type { NewSession } from '../../../src/stores/ports.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { startCluster } from '../../support/redis-cluster.ts'
import { startSentinel } from '../../support/redis-sentinel.ts'
import { hasRedis, type RedisServer, redisIsMissing } from '../../support/redis-server.ts'
import { untilAnswered } from './factory.ts'

if (!hasRedis()) redisIsMissing('failover of Sentinel and Cluster')

const policy = { rotation: 'fork-and-commit', restoreMissing: true, ...contractLifetimes } as const

async function open(redis: string) {
  const { sessions } = await openRedisStores({ redis, ...contractLifetimes })
  onTestFinished(() => sessions.close())
  await untilAnswered(() => sessions.ping())
  return sessions
}

const tokenOf = (session: NewSession, sessionBornAt: number) => ({
  accountId: session.accountId,
  epoch: session.epoch,
  generation: session.generation + 1,
  hash: newHash(),
  parent: session.hash,
  issuedAt: sessionBornAt,
  sessionBornAt,
  restorable: true,
})

async function expectNoneLost(url: string, kill: () => Promise<void>, within: number) {
  const sessions = await open(url)
  const now = await sessions.now()
  const made = Array.from({ length: 30 }, () => newSession(uuidV7(now), now))
  for (const session of made) await sessions.create(session, 20)
  await kill()
  const began = performance.now()
  const failures = new Set<string>()
  const refresh = (session: NewSession) => async () => {
    const asked = performance.now()
    try {
      const { decision } = await sessions.refresh(session.id, tokenOf(session, now), policy)
      return decision.outcome
    } catch (error) {
      failures.add((error as { code: string }).code)
      expect(performance.now() - asked).toBeLessThan(1000)
      throw error
    }
  }
  for (const session of made) {
    let outcome = ''
    const once = refresh(session)
    await untilAnswered(async () => {
      outcome = await once()
    }, within)
    expect(['committed', 'recovered', 'restored', 'forked']).toContain(outcome)
  }
  expect([...failures]).toEqual(['temporarily_unavailable'])
  expect(performance.now() - began).toBeLessThan(within * 1000)
}

describe.skipIf(!hasRedis())('a failover', () => {
  test('M4: of a Sentinel loses no session, and until then answers within a second', async () => {
    const group = await startSentinel()
    onTestFinished(group.dispose)
    await expectNoneLost(group.url, () => group.primary.kill(), 15)
    expect(group.replica.cli('ROLE')).toMatch(/^master/)
  }, 60_000)

  test('M8: slots that move to another node of a Cluster are followed, unnoticed', async () => {
    const cluster = await startCluster()
    onTestFinished(cluster.dispose)
    const sessions = await open(cluster.url)
    const now = await sessions.now()
    const made = Array.from({ length: 30 }, () => newSession(uuidV7(now), now))
    for (const session of made) await sessions.create(session, 20)
    const [from, to] = cluster.nodes as readonly [RedisServer, RedisServer]
    const before = Number(from.cli('DBSIZE'))
    const ids = [from, to].map((node) => node.cli('CLUSTER', 'MYID'))
    const plan = ['--cluster-from', ids[0] ?? '', '--cluster-to', ids[1] ?? '']
    const some = ['--cluster-slots', '3000', '--cluster-yes', '--cluster-pipeline', '1000']
    // Not by `cli`: it would hold up this process for seconds, and with it the connections of its client.
    const place = `127.0.0.1:${from.port}`
    await promisify(execFile)('redis-cli', ['--cluster', 'reshard', place, ...plan, ...some])
    expect(Number(from.cli('DBSIZE'))).toBeLessThan(before)
    for (const session of made) {
      const { decision } = await sessions.refresh(session.id, tokenOf(session, now), policy)
      expect(decision.outcome).toBe('committed')
    }
  }, 90_000)

  test('M4, M8: of a Cluster loses no session, and until then answers within a second', async () => {
    const cluster = await startCluster()
    onTestFinished(cluster.dispose)
    const [first] = cluster.nodes as readonly [RedisServer, ...RedisServer[]]
    await expectNoneLost(cluster.url, () => first.kill(), 20)
  }, 60_000)
})
