/** PostgreSQL goes away in every way: 503 in time, nothing lost, and well again by itself. */

import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { ownPostgres, withClient } from '../../support/postgres-server.ts'
import { createTestAuth, password } from '../../support/test-server.ts'
import { newAccount } from '../sqlite/fixture.ts'
import { openStores, watchedPool } from './fixture.ts'

const server = await ownPostgres('faults of PostgreSQL')
afterAll(() => server?.dispose())

const unavailable = { code: 'temporarily_unavailable', status: 503 }

describe.runIf(server)('when PostgreSQL fails', () => {
  const newDatabase = async (): Promise<string> => (await server?.createDatabase()) ?? ''

  async function loggedIn(url: string) {
    const { auth } = await createTestAuth({ database: url, session: { refreshLimit: 'off' } })
    await auth.register({ username: 'ada', password })
    const { session } = await auth.login({ username: 'ada', password })
    return { auth, session }
  }

  /** Milliseconds until it succeeds. */
  async function untilWell(work: () => Promise<unknown>): Promise<number> {
    const startedAt = performance.now()
    while (performance.now() - startedAt < 10_000) {
      const well = await work().then(
        () => true,
        () => false,
      )
      if (well) return performance.now() - startedAt
      await pause(50)
    }
    throw new Error('it does not get well')
  }

  test('M9, Z2: stopped, it is 503 and guarded requests go on; started, it is well in 2 s', async () => {
    const { auth, session } = await loggedIn(await newDatabase())
    await server?.kill()
    const refused = (): Promise<void> =>
      expect(auth.refresh(session.refreshToken)).rejects.toMatchObject(unavailable)
    for (let tries = 0; tries < 10; tries += 1) await refused()
    await expect(auth.login({ username: 'ada', password })).rejects.toMatchObject(unavailable)
    await expect(auth.register({ username: 'bob', password })).rejects.toMatchObject(unavailable)
    expect(await auth.verify(session.accessToken)).toMatchObject({ sid: session.sessionId })
    await server?.start()
    expect(await untilWell(() => auth.refresh(session.refreshToken))).toBeLessThan(2000)
    expect(await untilWell(() => auth.login({ username: 'ada', password }))).toBeLessThan(2000)
  })

  test('M9, Z1: frozen, a refresh is 503 after 800 ms; thawed, it is well in 2 s', async () => {
    const { auth, session } = await loggedIn(await newDatabase())
    server?.signal('SIGSTOP')
    try {
      const startedAt = performance.now()
      await expect(auth.refresh(session.refreshToken)).rejects.toMatchObject(unavailable)
      const took = performance.now() - startedAt
      expect(took).toBeGreaterThan(700)
      expect(took).toBeLessThan(1500)
      const many = Array.from({ length: 20 }, () => auth.refresh(session.refreshToken))
      const outcomes = await Promise.allSettled(many)
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
      const atOnce = performance.now()
      await expect(auth.refresh(session.refreshToken)).rejects.toMatchObject(unavailable)
      // Nobody waits any more for a server that has not answered so many.
      expect(performance.now() - atOnce).toBeLessThan(900)
    } finally {
      server?.signal('SIGCONT')
    }
    expect(await untilWell(() => auth.refresh(session.refreshToken))).toBeLessThan(2000)
  })

  test('Z1: a pool without a free connection is 503 at the deadline, and well after it', async () => {
    const { pool } = watchedPool(await newDatabase(), { max: 2 })
    const stores = await openStores(pool)
    const taken = [await pool.connect(), await pool.connect()]
    const startedAt = performance.now()
    await expect(stores.users.refreshAccount('ada')).rejects.toMatchObject(unavailable)
    expect(performance.now() - startedAt).toBeLessThan(1500)
    for (const client of taken) client.release()
    expect(await stores.users.refreshAccount('ada')).toBeUndefined()
  })

  test('a row that another transaction holds is waited for no longer than the deadline', async () => {
    const url = await newDatabase()
    const { users } = await openStores(url)
    const account = await users.create(newAccount('ada'))
    if (typeof account === 'string') throw new Error(account)
    await withClient(url, async (holder) => {
      await holder.query('BEGIN')
      await holder.query('SELECT 1 FROM countersign.users FOR UPDATE')
      await expect(users.raiseEpoch(account.id)).rejects.toMatchObject(unavailable)
      await holder.query('ROLLBACK')
    })
    // What was given up did not happen later.
    await pause(300)
    expect((await users.refreshAccount(account.id))?.sessionEpoch).toBe(0)
  })

  test('G2, I1, I6: with connections killed at random an honest client stays in', async () => {
    const url = await newDatabase()
    const { auth, session } = await loggedIn(url)
    let killing = true
    const killer = withClient(url, async (client) => {
      let killed = 0
      while (killing) {
        const { rows } = await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.4`)
        killed += rows.length
        await pause(Math.random() * 20)
      }
      return killed
    })
    let token = session.refreshToken
    let [answered, failed] = [0, 0]
    const until = performance.now() + 4000
    while (performance.now() < until) {
      // Twice at once, as two tabs do.
      const both = await Promise.allSettled([auth.refresh(token), auth.refresh(token)])
      for (const one of both) {
        if (one.status === 'rejected') {
          failed += 1
          expect(one.reason).toMatchObject(unavailable)
        } else {
          answered += 1
          token = one.value.refreshToken
        }
      }
    }
    killing = false
    expect(await killer).toBeGreaterThan(20)
    expect(answered).toBeGreaterThan(20)
    expect(failed).toBeGreaterThan(0)
    await untilWell(() => auth.refresh(token))
  })

  test('I3: an ending that was answered outlives a crash, and no crash revives it', async () => {
    const url = await newDatabase()
    const { auth, session } = await loggedIn(url)
    await auth.logout({ refreshToken: session.refreshToken })
    await server?.kill('SIGQUIT')
    await server?.start()
    const ended = { code: 'session_ended' }
    await untilWell(() => expect(auth.refresh(session.refreshToken)).rejects.toMatchObject(ended))
  })
})
