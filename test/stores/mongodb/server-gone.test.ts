import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'

import { usualDeadlines } from '../../../src/stores/mongodb/connection.ts'
import { hasMongo, type MongoServer, startMongo } from '../../support/mongodb-server.ts'
import { newDatabase, openStores } from './fixture.ts'
import { addSession, atOnceOf, newAccount, policy, successorOf } from './records.ts'

const suite = 'a MongoDB that goes away'
const isUnavailable = { code: 'temporarily_unavailable' }

const aSecond = { windowMilliseconds: 1000, windowFrom: 'first' } as const

describe.runIf(hasMongo(suite))(suite, () => {
  /** As an application has them. */
  const openImpatient = (server: MongoServer, name = newDatabase()) =>
    openStores(server, { database: server.url(name), deadlines: usualDeadlines }, name)

  async function ownServer() {
    const server = await startMongo()
    onTestFinished(() => server.dispose())
    return server
  }

  /** mongo-java-server has what it wrote on disk a second later; `mongod` at once. */
  const kill = (server: MongoServer) =>
    server.kill(server.kind === 'mongod' ? 'SIGKILL' : 'SIGTERM')

  const secondsUntil = async (works: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now()
    for (;;) {
      const ok = await works().then(
        () => true,
        () => false,
      )
      const seconds = (performance.now() - startedAt) / 1000
      if (ok || seconds > 20) return seconds
      await pause(50)
    }
  }

  test('M9: one that was killed is a 503 in time, is back within 2 s, and has kept everything', async () => {
    const server = await ownServer()
    const { stores, users, sessions } = await openImpatient(server)
    const account = newAccount('ada')
    await users.create(account)
    const { session, token } = await addSession(sessions)
    const { session: other, accountId: otherOwner } = await addSession(sessions)
    await sessions.end(other.id, otherOwner, 'logout')
    // A log-out that is answered 503 may have happened all the same, so it has a session of its own.
    const { session: leaving, accountId: leaver } = await addSession(sessions)
    await kill(server)
    for (const [call, seconds] of [
      [() => sessions.refresh(session.id, token, policy), 0.8],
      [() => users.refreshAccount(account.id), 0.8],
      [() => users.create(newAccount('grace')), 2],
      [() => sessions.end(leaving.id, leaver, 'logout'), 2],
      [() => stores.attempts.takeAll([{ key: 'key', rule: aSecond }]), 2],
      [() => stores.ping(), 0.8],
    ] as const) {
      const startedAt = performance.now()
      await expect(call()).rejects.toMatchObject(isUnavailable)
      expect(performance.now() - startedAt).toBeLessThan(seconds * 1000 + 500)
    }
    await server.start()
    expect(await secondsUntil(() => stores.ping())).toBeLessThan(2.5)
    expect((await users.findById(account.id))?.username).toBe('ada')
    expect((await sessions.find(other.id))?.status).toBe('ended')
    const step = await sessions.refresh(session.id, successorOf(token), policy)
    expect(step.decision.outcome).toBe('committed')
  }, 90_000)

  test('M9: one that is frozen is a 503 at the deadline, then at once, and goes on when it thaws', async () => {
    const server = await ownServer()
    const { stores, users, sessions } = await openImpatient(server)
    const { session, token } = await addSession(sessions)
    server.process().kill('SIGSTOP')
    const refused = Array.from({ length: 20 }, async () => {
      const startedAt = performance.now()
      await expect(sessions.refresh(session.id, token, policy)).rejects.toMatchObject(isUnavailable)
      return performance.now() - startedAt
    })
    for (const took of await Promise.all(refused)) expect(took).toBeLessThan(1300)
    const startedAt = performance.now()
    await Promise.allSettled(Array.from({ length: 20 }, () => users.findById('nobody')))
    // The breaker lets one try, and the others fail without waiting.
    expect(performance.now() - startedAt).toBeLessThan(2500)
    server.process().kill('SIGCONT')
    expect(await secondsUntil(() => stores.ping())).toBeLessThan(2.5)
    const step = await sessions.refresh(session.id, token, policy)
    expect(step.decision.outcome).toBe('forked')
  }, 90_000)

  test('I6: a reader of the feed goes on behind its cursor after a restart', async () => {
    const server = await ownServer()
    const name = newDatabase()
    const { stores, sessions } = await openImpatient(server, name)
    await sessions.endAll('one', 1, 'logout_all')
    const { cursor } = await sessions.revocations(undefined, atOnceOf())
    await kill(server)
    await expect(sessions.revocations(cursor, atOnceOf())).rejects.toMatchObject(isUnavailable)
    await server.start()
    await secondsUntil(() => stores.ping())
    await sessions.endAll('two', 2, 'logout_all')
    const page = await sessions.revocations(cursor, atOnceOf())
    expect(page.entries).toEqual([{ kind: 'account_ended', accountId: 'two', epoch: 2 }])
  }, 90_000)
})
