/** A step that reaches Redis when its caller has long been let go. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import { contractLifetimes, newHash, newSession } from '../../../src/stores/contract/examples.ts'
import type { Commands } from '../../../src/stores/redis/commands.ts'
import { refreshScript } from '../../../src/stores/redis/refresh-script.ts'
import { createServerClock } from '../../../src/stores/redis/server-clock.ts'
import { redisSessions } from '../../../src/stores/redis/sessions.ts'
import { hasRedis, redisIsMissing } from '../../support/redis-server.ts'
import { startOwnRedis } from './own-redis.ts'

if (!hasRedis()) redisIsMissing('steps that reach Redis late')

const policy = { rotation: 'fork-and-commit', restoreMissing: true, ...contractLifetimes } as const
const limitAt = 1

/** Sessions whose steps carry another limit where `change` gives one. */
async function start(change: (limit: string, call: number) => string) {
  const { commands: own, dispose } = await startOwnRedis(5000)
  onTestFinished(dispose)
  const { run, send } = own
  const limits: string[] = []
  const commands: Commands = {
    send,
    run: (script, key, args) => {
      if (script !== refreshScript) return run(script, key, args)
      limits.push(String(args[limitAt]))
      const changed = change(String(args[limitAt]), limits.length)
      return run(
        script,
        key,
        args.map((one, index) => (index === limitAt ? changed : one)),
      )
    },
  }
  const sessions = redisSessions(commands, { prefix: 'late:', ...contractLifetimes })
  const now = await sessions.now()
  const session = newSession(uuidV7(now), now)
  await sessions.create(session, 20)
  const step = () =>
    sessions.refresh(
      session.id,
      {
        ...{ accountId: session.accountId, epoch: 0, issuedAt: now, sessionBornAt: now },
        ...{ generation: 2, hash: newHash(), parent: session.hash, restorable: true },
      },
      policy,
    )
  return { step, limits, read: () => sessions.find(session.id) }
}

describe.skipIf(!hasRedis())('a step that comes late', () => {
  test('does nothing, and is 503', async () => {
    const { step, read } = await start(() => '1000')
    const before = await read()
    await expect(step()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(await read()).toEqual(before)
  })

  test('is sent again when only its clock was of another server', async () => {
    const { step, limits } = await start((limit, call) => (call === 1 ? '1000' : limit))
    const { decision } = await step()
    expect(decision.outcome).toBe('committed')
    expect(limits).toHaveLength(2)
  })

  test('has five seconds by the clock of Redis, once that is known', async () => {
    const { step, limits } = await start((limit) => limit)
    const { now } = await step()
    await step()
    const [first, second] = limits
    expect(first).toBe('')
    expect(Number(second) - now).toBeGreaterThan(4900)
    expect(Number(second) - now).toBeLessThan(6500)
  })
})

test('of several clocks the fastest counts', () => {
  const clock = createServerClock()
  expect(clock.notAfter()).toBe('')
  clock.note(2_000_000)
  clock.note(1_000_000)
  expect(Number(clock.notAfter())).toBeGreaterThanOrEqual(2_004_999)
  expect(Number(clock.notAfter())).toBeLessThan(2_007_000)
})
