/** What a request costs in PostgreSQL: round trips, counted by a client that wraps the driver's. */

import { afterAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { AuthOptions } from '../../../src/options/auth-options.ts'
import { sharedPostgres } from '../../support/postgres-server.ts'
import { send } from '../../support/send.ts'
import { createTestAuth, password, serveNode } from '../../support/test-server.ts'
import { isOfRequests, watchedPool } from './fixture.ts'

const server = await sharedPostgres('round trips to PostgreSQL')
afterAll(() => server?.dispose())

describe.runIf(server)('a request on PostgreSQL', () => {
  async function start(options: AuthOptions = {}) {
    const url = (await server?.createDatabase()) ?? ''
    const { pool, sent, waits } = watchedPool(url)
    const { auth, advance } = await createTestAuth({ database: pool, ...options })
    await auth.register({ username: 'ada', password })
    const login = () => auth.login({ username: 'ada', password })
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = sent.filter(isOfRequests).length
      await work()
      return sent.filter(isOfRequests).length - before
    }
    const cost = async (work: () => Promise<unknown>) => {
      const waited = waits()
      const statements = await count(work)
      return { statements, waits: waits() - waited }
    }
    return { auth, advance, login, count, cost }
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

  async function overHttp(options: AuthOptions = {}) {
    const limits = { login: { network: { failures: 50 } }, register: {} }
    const { auth, cost } = await start({ clock: systemClock, limits, ...options })
    const base = await serveNode(auth)
    const login = async (word: string = password, more: object = {}) => {
      const body = { username: 'ada', password: word, ...more }
      return (await send(`${base}/auth/login`, 'POST', { body })).body
    }
    // The first ones open connections and ask for the time.
    for (let warm = 0; warm < 3; warm += 1) await login()
    return { base, cost, login }
  }

  test('a log-in is four statements, of which two go at once: three round trips', async () => {
    const { cost, login } = await overHttp()
    expect(await cost(() => login())).toEqual({ statements: 4, waits: 3 })
    const { deviceToken } = await login()
    const onKnownDevice = () => login(password, { deviceToken })
    expect(await cost(onKnownDevice)).toEqual({ statements: 4, waits: 3 })
  })

  test('P11: a wrong password and an unknown name are two round trips', async () => {
    const { base, cost, login } = await overHttp()
    const unknown = { username: 'nobody', password: 'not the password' }
    const stranger = () => send(`${base}/auth/login`, 'POST', { body: unknown })
    expect(await cost(() => login('not the password'))).toEqual({ statements: 2, waits: 2 })
    expect(await cost(stranger)).toEqual({ statements: 2, waits: 2 })
  })

  test('a log-in without counters is two round trips', async () => {
    const { cost, login } = await overHttp({ limits: { login: 'off', register: 'off' } })
    expect(await cost(() => login())).toEqual({ statements: 2, waits: 2 })
  })

  test('a registration is two round trips, a password change seven', async () => {
    const { base, cost, login } = await overHttp()
    const body = { username: 'grace', password }
    const register = () => send(`${base}/auth/register`, 'POST', { body })
    expect(await cost(register)).toEqual({ statements: 2, waits: 2 })
    const { accessToken } = await login()
    const change = () =>
      send(`${base}/auth/password`, 'POST', {
        body: { currentPassword: password, newPassword: 'another much better battery' },
        headers: { authorization: `Bearer ${accessToken}` },
      })
    expect(await cost(change)).toEqual({ statements: 7, waits: 7 })
  })
})
