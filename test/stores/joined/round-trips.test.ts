/** What a refresh costs where accounts are in PostgreSQL and sessions in Redis: both counted. */

import { createClient } from 'redis'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { sharedPostgres } from '../../support/postgres-server.ts'
import { hasRedis, redisIsMissing, startRedis } from '../../support/redis-server.ts'
import { createTestAuth, password } from '../../support/test-server.ts'
import { isOfRequests, watchedPool } from '../postgres/fixture.ts'

const postgres = await sharedPostgres('round trips to PostgreSQL and Redis')
afterAll(() => postgres?.dispose())
const redis = hasRedis() ? await startRedis() : undefined
if (redis === undefined) redisIsMissing('round trips to PostgreSQL and Redis')
afterAll(() => redis?.dispose())

describe.runIf(postgres && redis)('a refresh on PostgreSQL and Redis', () => {
  async function start() {
    const { pool, sent } = watchedPool((await postgres?.createDatabase()) ?? '')
    const client = createClient({ url: redis?.url ?? '' })
    await client.connect()
    onTestFinished(() => void client.destroy())
    const toRedis: string[] = []
    const sendCommand = client.sendCommand.bind(client)
    client.sendCommand = ((args: string[], ...rest: never[]) => {
      toRedis.push(String(args[0]))
      return sendCommand(args, ...rest)
    }) as never
    const { auth, advance } = await createTestAuth({ database: pool, redis: client as never })
    await auth.register({ username: 'ada', password })
    // Reading the feed goes on beside requests.
    const isOfFeed = /^(X|TIME)/
    async function count(work: () => Promise<unknown>) {
      const [before, redisBefore] = [sent.length, toRedis.length]
      await work()
      return {
        postgres: sent.slice(before).filter(isOfRequests).length,
        redis: toRedis.slice(redisBefore).filter((name) => !isOfFeed.test(name)),
      }
    }
    return { auth, advance, count }
  }

  const one = { postgres: 1, redis: ['EVALSHA'] }

  test('I4: a fork and a commit are one read of the accounts and one script', async () => {
    const { auth, count } = await start()
    const { session } = await auth.login({ username: 'ada', password })
    // The first one sends the script in full.
    const first = await auth.refresh(session.refreshToken)
    expect(await count(() => auth.refresh(session.refreshToken))).toEqual(one)
    expect(await count(() => auth.refresh(first.refreshToken))).toEqual(one)
  })

  test('a log-in is two reads of the accounts and four scripts, two of them for its counters', async () => {
    const { auth, count } = await start()
    const login = () => auth.login({ username: 'ada', password })
    await login()
    // The session, and the account's list of sessions.
    const scripts = Array.from({ length: 4 }, () => 'EVALSHA')
    expect(await count(login)).toEqual({ postgres: 2, redis: scripts })
  })

  test('I5: a replay costs one more write to the accounts, where it is listed', async () => {
    const { auth, advance, count } = await start()
    const earlier = await auth.login({ username: 'ada', password })
    // The first announcement sends its script in full.
    await auth.logout({ refreshToken: earlier.session.refreshToken })
    const { session } = await auth.login({ username: 'ada', password })
    const first = await auth.refresh(session.refreshToken)
    const sibling = await auth.refresh(session.refreshToken)
    await auth.refresh(first.refreshToken)
    advance(10_000)
    const refused = { code: 'refresh_token_replayed' }
    const replay = () => expect(auth.refresh(sibling.refreshToken)).rejects.toMatchObject(refused)
    expect(await count(replay)).toEqual({ postgres: 2, redis: ['EVALSHA', 'EVALSHA'] })
  })
})
