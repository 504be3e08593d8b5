/** What a request costs in PostgreSQL: round trips, counted by a client that wraps the driver's. */

import { afterAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { AuthOptions } from '../../../src/options/auth-options.ts'
import { sharedPostgres } from '../../support/postgres-server.ts'
import { send } from '../../support/send.ts'
import { createTestAuth, password, serveNode } from '../../support/test-server.ts'
import { watchedPool } from './fixture.ts'

const server = await sharedPostgres('round trips to PostgreSQL')
afterAll(() => server?.dispose())

/** Waiting for the feed goes on beside requests. */
const isOfRequests = ({ text }: { text: string }): boolean => !text.includes('revocations_seq')

describe.runIf(server)('a request on PostgreSQL', () => {
  async function start(options: AuthOptions = {}) {
    const url = (await server?.createDatabase()) ?? ''
    const { pool, sent } = watchedPool(url)
    const { auth, advance } = await createTestAuth({ database: pool, ...options })
    await auth.register({ username: 'ada', password })
    const login = () => auth.login({ username: 'ada', password })
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = sent.filter(isOfRequests).length
      await work()
      return sent.filter(isOfRequests).length - before
    }
    return { auth, advance, login, count }
  }

  test('I4: a refresh that changes nothing is one round trip, one that commits is two', async () => {
    const { auth, login, count } = await start()
    const { session } = await login()
    // The first fork is counted, the next within an access-token lifetime are not.
    const first = await auth.refresh(session.refreshToken)
    expect(await count(() => auth.refresh(session.refreshToken))).toBe(1)
    expect(await count(() => auth.refresh(first.refreshToken))).toBe(2)
  })

  test('I4: a replay is found out and ended in two round trips', async () => {
    const { auth, advance, login, count } = await start()
    const { session } = await login()
    const first = await auth.refresh(session.refreshToken)
    const sibling = await auth.refresh(session.refreshToken)
    const second = await auth.refresh(first.refreshToken)
    await auth.refresh(second.refreshToken)
    advance(10_000)
    const refused = { code: 'refresh_token_replayed' }
    const replay = () => expect(auth.refresh(sibling.refreshToken)).rejects.toMatchObject(refused)
    expect(await count(replay)).toBe(2)
  })

  test('a log-in is nine round trips, six of them for its counters', async () => {
    const { auth, count } = await start({
      clock: systemClock,
      limits: { login: { network: { failures: 50 } }, register: 'off' },
    })
    const base = await serveNode(auth)
    const body = { username: 'ada', password }
    const login = () => send(`${base}/auth/login`, 'POST', { body })
    await login()
    expect(await count(login)).toBe(9)
  })

  test('a log-in without counters is three round trips', async () => {
    const limits = { login: 'off', register: 'off' } as const
    const { login, count } = await start({ limits, clock: systemClock })
    // The first one asks for the time.
    await login()
    expect(await count(login)).toBe(3)
  })
})
