/** The feed in a real Redis, read by a service that sees nothing else of the server. */

import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { authHandler } from '../../src/node/auth-handler.ts'
import { createVerifier, type VerifierRevocations } from '../../src/resource-server/index.ts'
import { leftOut } from '../left-out.ts'
import { verdictOf } from '../support/issuer.ts'
import { type JoinedServer, openJoinedServer } from '../support/joined-redis.ts'
import { hasRedis, type RedisServer, startRedis } from '../support/redis-server.ts'
import { listen } from '../support/test-server.ts'

if (!hasRedis()) leftOut('the verifier on Redis', 'apt-get install redis-server')

/** What `redis` and `ioredis` have in common, as far as it is used here. */
interface Client {
  ping(): Promise<string>
  disconnect(): unknown
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe.runIf(hasRedis())('a verifier on the Redis of the server', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.dispose())

  async function prepare(revocations: Partial<VerifierRevocations> = {}) {
    let server: JoinedServer | undefined
    const base = await listen((request, response) => {
      if (server !== undefined && authHandler(server.auth)(request, response)) return
      response.writeHead(404).end()
    })
    server = await openJoinedServer(redis.url, base)
    onTestFinished(server.auth.close)
    const errors: unknown[] = []
    const onError = (error: unknown): void => void errors.push(error)
    const verifier = createVerifier({
      issuer: base,
      onError,
      revocations: { redis: redis.url, ...revocations },
    })
    onTestFinished(verifier.close)
    await expect.poll(() => verdictOf(verifier.ready)).toBe('verified')
    return { ...server, verifier, errors, base }
  }

  test('an ended session, a disabled account and changed rights are known by the URL alone', async () => {
    const { auth, loginAs, verifier } = await prepare()
    const [ada, bob, eve] = await Promise.all(['ada', 'bob', 'eve'].map(loginAs))
    if (ada === undefined || bob === undefined || eve === undefined) throw new Error('no log-in')
    for (const { accessToken } of [ada, bob, eve]) await verifier.verify(accessToken)
    await auth.logout({ refreshToken: ada.refreshToken })
    await auth.users.disable(bob.user.id)
    await auth.users.setRoles(eve.user.id, ['guest'])
    const verdicts = () =>
      Promise.all(
        [ada, bob, eve].map(({ accessToken }) => verdictOf(() => verifier.verify(accessToken))),
      )
    await expect.poll(verdicts).toEqual(['session_ended', 'session_ended', 'token_outdated'])
  })

  test('what ended before it started is known to a verifier that is ready', async () => {
    const { auth, loginAs, base } = await prepare()
    const { accessToken, refreshToken } = await loginAs('ada')
    await auth.logout({ refreshToken })
    const late = createVerifier({ issuer: base, revocations: { redis: redis.url } })
    onTestFinished(late.close)
    await expect.poll(() => verdictOf(late.ready)).toBe('verified')
    expect(await verdictOf(() => late.verify(accessToken))).toBe('session_ended')
  })

  test.each([
    ['redis', async () => createClient({ url: redis.url }).connect()],
    ['ioredis', async () => new Redis(redis.port)],
  ] as const)('a connected client of %s serves, and is not closed', async (_, connect) => {
    const client = (await connect()) as Client
    const { auth, loginAs, verifier } = await prepare({ redis: client as unknown as string })
    const { accessToken, refreshToken } = await loginAs('ada')
    await verifier.verify(accessToken)
    await auth.logout({ refreshToken })
    await expect.poll(() => verdictOf(() => verifier.verify(accessToken))).toBe('session_ended')
    await verifier.close()
    expect(await client.ping()).toBe('PONG')
    client.disconnect()
  })

  test('M3: a feed that is cut off is 503 within maxStaleness, and good soon after', async () => {
    const { loginAs, verifier } = await prepare({ maxStaleness: '1s' })
    const { accessToken } = await loginAs('ada')
    expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
    await redis.kill()
    const cutAt = performance.now()
    const verdict = () => verdictOf(() => verifier.verify(accessToken))
    while ((await verdict()) === 'verified' && performance.now() - cutAt < 5000) await pause(5)
    const seenAfter = performance.now() - cutAt
    // 100 ms for a machine that is busy.
    expect(seenAfter).toBeLessThan(1100)
    expect(await verdict()).toBe('temporarily_unavailable')
    await redis.start()
    await expect.poll(verdict, { timeout: 10_000, interval: 20 }).toBe('verified')
  })

  test('M5: a Redis that is frozen is as one that is cut off', async () => {
    const { loginAs, verifier } = await prepare({ maxStaleness: '1s' })
    const { accessToken } = await loginAs('ada')
    await verifier.verify(accessToken)
    redis.process().kill('SIGSTOP')
    try {
      await pause(1100)
      expect(await verdictOf(() => verifier.verify(accessToken))).toBe('temporarily_unavailable')
    } finally {
      redis.process().kill('SIGCONT')
    }
    const verdict = () => verdictOf(() => verifier.verify(accessToken))
    await expect.poll(verdict, { timeout: 10_000, interval: 20 }).toBe('verified')
  })

  test('a user of Redis that may read the stream and nothing else is enough', async () => {
    const admin = await createClient({ url: redis.url }).connect()
    const rights = '~countersign:feed +xrange +xrevrange +xread +time +ping +hello'
    await admin.sendCommand(['ACL', 'SETUSER', 'notes', 'on', '>word', ...rights.split(' ')])
    admin.destroy()
    const url = redis.url.replace('//', '//notes:word@')
    const { auth, loginAs, verifier } = await prepare({ redis: url })
    const { accessToken, refreshToken } = await loginAs('ada')
    await verifier.verify(accessToken)
    await auth.logout({ refreshToken })
    await expect.poll(() => verdictOf(() => verifier.verify(accessToken))).toBe('session_ended')
  })

  test('another prefix is another feed', async () => {
    const { auth, loginAs, verifier } = await prepare({ prefix: 'elsewhere:' })
    const { accessToken, refreshToken } = await loginAs('ada')
    await auth.logout({ refreshToken })
    await pause(100)
    expect(await verdictOf(() => verifier.verify(accessToken))).toBe('verified')
  })
})
