import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RestoringToken } from '../../../src/sessions/decide-refresh.ts'
import { usualDeadlines } from '../../../src/stores/mongodb/connection.ts'
import { startCuttingProxy } from '../../support/cutting-proxy.ts'
import { hasMongo, shareMongo } from '../../support/mongodb-server.ts'
import { handClock, newDatabase, openStores } from './fixture.ts'
import { addSession, atOnceOf, newAccount, policy, successorOf } from './records.ts'

const suite = 'MongoDB behind a network that cuts connections'

/** Until it succeeds, as a client does that was answered 503. */
async function repeated<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      if ((error as { code?: string }).code !== 'temporarily_unavailable') throw error
      if (tries === 100) throw error
      await pause(20 + Math.random() * 50)
    }
  }
}

describe.runIf(hasMongo(suite))(suite, () => {
  const mongo = shareMongo({})

  async function cutStores() {
    const url = new URL(mongo.url())
    const proxy = await startCuttingProxy(Number(url.port))
    onTestFinished(proxy.close)
    url.port = String(proxy.port)
    const { stores } = await openStores(mongo.get(), {
      database: url.href,
      deadlines: usualDeadlines,
    })
    let cuts = 0
    const cutting = setInterval(() => {
      cuts += 1
      proxy.cut()
    }, 60)
    onTestFinished(() => clearInterval(cutting))
    return { stores, stop: () => clearInterval(cutting), cuts: () => cuts }
  }

  test('I1, I6: an honest client stays in, and each of its commits is the only one of its generation', async () => {
    const { stores, stop, cuts } = await cutStores()
    const { sessions } = stores
    const begun = await repeated(() => addSession(sessions))
    let token: RestoringToken = begun.token
    for (let round = 0; round < 60; round += 1) {
      token = successorOf(token)
      const presented = token
      const { decision } = await repeated(() =>
        sessions.refresh(begun.session.id, presented, policy),
      )
      // Forked: the commit was carried out, and its answer lost.
      expect(['committed', 'forked']).toContain(decision.outcome)
    }
    stop()
    expect(cuts()).toBeGreaterThan(2)
    const found = await repeated(() => sessions.find(begun.session.id))
    expect(found).toMatchObject({ status: 'live', generation: 61 })
  }, 60_000)

  test('I1: a step whose answer is held back does nothing when it comes', async () => {
    const { time, clock } = handClock()
    const name = newDatabase()
    const direct = await openStores(mongo.get(), { clock }, name)
    const url = new URL(mongo.get().url(name))
    const proxy = await startCuttingProxy(Number(url.port))
    onTestFinished(proxy.close)
    url.port = String(proxy.port)
    const slow = await openStores(
      mongo.get(),
      { clock, database: url.href, deadlines: { tokenPath: 800, others: 20_000 } },
      name,
    )
    const { session, token } = await addSession(direct.sessions)
    expect((await slow.sessions.find(session.id))?.status).toBe('live')
    proxy.hold()
    const refused = slow.sessions.refresh(session.id, token, policy)
    await expect(refused).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    // The client goes on at another server, and the old answer comes when it is no longer late.
    const step = await direct.sessions.refresh(session.id, successorOf(token), policy)
    expect(step.decision.outcome).toBe('committed')
    time.now += 11_000
    proxy.release()
    await pause(1000)
    expect((await direct.sessions.find(session.id))?.status).toBe('live')
  }, 60_000)

  test('I3, M10: what was answered as ended or as taken stays so, and every ending is announced once', async () => {
    const { stores, stop } = await cutStores()
    const { sessions, users } = stores
    const ended: string[] = []
    for (let round = 0; round < 25; round += 1) {
      const { session, token, accountId } = await repeated(() => addSession(sessions))
      await repeated(() => sessions.end(session.id, accountId, 'logout'))
      const step = await repeated(() => sessions.refresh(session.id, token, policy))
      expect(step.decision.outcome).toBe('ended')
      ended.push(session.id)
      const created = await repeated(() => users.create(newAccount(`ada${round}`)))
      if (typeof created === 'string') expect(created).toBe('username_taken')
      expect(await repeated(() => users.findByKey({ usernameKey: `ada${round}` }))).toBeDefined()
      expect(await repeated(() => users.create(newAccount(`Ada${round}`)))).toBe('username_taken')
    }
    stop()
    // What was broken off is finished by a reader a second later.
    await pause(1100)
    const { entries } = await repeated(() => sessions.revocations(undefined, atOnceOf()))
    const told = entries.map((entry) => entry.kind === 'session_ended' && entry.sessionId)
    expect([...told].sort()).toEqual([...ended].sort())
  }, 60_000)
})
