/** An account without a limit of sessions, on Redis. */

import { expect, onTestFinished, test } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import { contractLifetimes, newSession } from '../../../src/stores/contract/examples.ts'
import { redisSessions } from '../../../src/stores/redis/sessions.ts'
import { hasRedis, redisIsMissing } from '../../support/redis-server.ts'
import { startOwnRedis } from './own-redis.ts'

/** More than may be under way to Redis at once. */
const count = 10_500

if (!hasRedis()) redisIsMissing('an account with thousands of sessions')

test.skipIf(!hasRedis())(
  'thousands of sessions of one account are listed, limited and ended',
  async () => {
    const { commands, dispose } = await startOwnRedis()
    onTestFinished(dispose)
    const sessions = redisSessions(commands, { prefix: 'many:', ...contractLifetimes })
    const now = await sessions.now()
    const { accountId } = newSession(uuidV7(now), now)
    const create = (index: number, limit: number) =>
      sessions.create({ ...newSession(uuidV7(now - count + index), now), accountId }, limit)
    for (let made = 0; made < count; made += 500) {
      const some = Array.from({ length: 500 }, (_, index) => create(made + index, Infinity))
      expect((await Promise.all(some)).flat()).toEqual([])
    }

    const listed = await sessions.list(accountId, 0)
    expect(listed).toHaveLength(count)
    const newestFirst = listed
      .map(({ id }) => id)
      .sort()
      .reverse()
    expect(listed.map(({ id }) => id)).toEqual(newestFirst)

    const tooMany = await create(count, 20)
    expect(tooMany).toEqual(newestFirst.slice(19))

    await sessions.buryAll(accountId, 1, 'password_changed')
    expect(await sessions.list(accountId, 0)).toEqual([])
    expect((await sessions.find(newestFirst[0] ?? ''))?.status).toBe('ended')
  },
  120_000,
)
