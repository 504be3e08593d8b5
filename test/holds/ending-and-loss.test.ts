/**
 * G5: a log-out against the loss of what Redis has, with the loss at every point: before and after each
 * command that the log-out sends, and after its answer.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuthError } from '../../src/errors.ts'
import { joinStores } from '../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openRedisStores, type RedisStores } from '../../src/stores/redis/open.ts'
import type { SeparateSessionStore } from '../../src/stores/separate-sessions.ts'
import { leftOut } from '../left-out.ts'
import { command, type RedisPair, startRedisPair } from '../soak/redis-pair.ts'
import { hasRedis } from '../support/redis-server.ts'
import { createTestAuth, password } from '../support/test-server.ts'

if (!hasRedis()) leftOut('log-out and the loss of Redis', 'apt-get install redis-server')

const clock = () => Date.now()
const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 604_800_000,
  absoluteLifetime: 2_592_000_000,
}

type Loss = (pair: RedisPair) => Promise<void>

const losses: Readonly<Record<string, { prepare?: Loss; lose: Loss }>> = {
  'a wipe': { lose: async (pair) => void (await command(pair.primary().port, 'FLUSHALL')) },
  'a restart without persistence': {
    lose: async (pair) => {
      await pair.primary().kill()
      await pair.primary().start()
    },
  },
  'a failover to a replica that lags': {
    prepare: async (pair) => {
      await pair.untilCopied()
      await pair.freezeReplica()
    },
    lose: (pair) => pair.failOver(),
  },
}

/** Calls of the session store that a log-out makes, in their order. */
const calls = ['bury', 'announce'] as const
const points = ['before bury', 'after bury', 'after announce', 'after the answer'] as const

describe.skipIf(!hasRedis())('log-out against the loss of what Redis has', () => {
  let pair: RedisPair
  beforeAll(async () => {
    pair = await startRedisPair(['--save', '', '--appendonly', 'no'])
  })
  afterAll(() => pair.dispose())

  /** The session store, with something to happen at one of the points. */
  function interrupted(sessions: SeparateSessionStore, happen: (point: string) => Promise<void>) {
    const wrapped: Record<string, unknown> = { ...sessions }
    for (const name of calls) {
      const call = sessions[name] as (input: never) => Promise<void>
      wrapped[name] = async (input: never) => {
        await happen(`before ${name}`)
        await call(input)
        await happen(`after ${name}`)
      }
    }
    return wrapped as unknown as SeparateSessionStore
  }

  const untilUp = (redis: RedisStores): Promise<void> =>
    expect.poll(redis.sessions.ping, { timeout: 10_000 }).toBeUndefined()

  for (const [name, { prepare, lose }] of Object.entries(losses)) {
    for (const point of points) {
      test(`G5, I3: ${name} ${point} brings no session back once its log-out was answered`, async () => {
        const accounts = await openMemoryStores({ clock, ...lifetimes })
        const redis = await openRedisStores({ redis: pair.url, ...lifetimes })
        await untilUp(redis)
        let isArmed = false
        const happen = async (at: string): Promise<void> => {
          if (!isArmed || at !== point) return
          isArmed = false
          await lose(pair)
        }
        const sessions = interrupted(redis.sessions, happen)
        const { attempts } = redis
        const { oneTimeTokens } = accounts
        const stores = joinStores(accounts, { sessions, attempts, oneTimeTokens })
        const { auth } = await createTestAuth({ stores })
        await auth.register({ username: 'ada', password })
        const other = (await auth.login({ username: 'ada', password })).session.refreshToken
        const first = (await auth.login({ username: 'ada', password })).session.refreshToken
        const refreshToken = (await auth.refresh(first)).refreshToken
        await prepare?.(pair)
        isArmed = true

        // A log-out that met the loss is 503, and the client asks again.
        const answered = async (): Promise<boolean> =>
          auth.logout({ refreshToken }).then(
            () => true,
            (error: AuthError) => {
              expect(error.code).toBe('temporarily_unavailable')
              return false
            },
          )
        await expect.poll(answered, { timeout: 10_000 }).toBe(true)
        await happen('after the answer')
        await untilUp(redis)
        for (const token of [first, refreshToken, first]) {
          await expect(auth.refresh(token)).rejects.toMatchObject({ code: 'session_ended' })
        }
        const caller = auth.http.core.context.refreshTokens.open(refreshToken)
        expect(await stores.sessions.find(caller?.sessionId ?? '')).toMatchObject({
          status: 'ended',
        })
        expect(await auth.refresh(other)).toHaveProperty('refreshToken')
      })
    }
  }
})
