/**
 * Rules of failures: a failed call consumes nothing, and can be repeated (I6).
 */

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { RestoringToken } from '../../sessions/decide-refresh.ts'
import { addSession, newAccount, newHash, newSession, policy, successorOf } from './examples.ts'
import { everything } from './feed-reading.ts'
import { type ContractHarness, suiteOf } from './rule.ts'
import { type FaultMoment, withFaults } from './with-faults.ts'

const isUnavailable = { code: 'temporarily_unavailable' }

/** Stores of which the next call of a method fails once. */
async function failing({ open }: ContractHarness) {
  const opened = await open()
  let next: { readonly method: string; readonly moment: FaultMoment } | undefined
  const stores = withFaults(opened.stores, ({ method }) => {
    if (next?.method !== method) return undefined
    const { moment } = next
    next = undefined
    return moment
  })
  const failOnce = (method: string, moment: FaultMoment) => {
    next = { method, moment }
  }
  return { ...stores, failOnce }
}

async function refusedThenAnswered(
  harness: ContractHarness,
  moment: FaultMoment,
  tokenOf: (token: RestoringToken) => RestoringToken,
): Promise<string> {
  const { sessions, failOnce } = await failing(harness)
  const { session, token } = await addSession(sessions)
  const presented = tokenOf(token)
  failOnce('refresh', moment)
  await rejects(sessions.refresh(session.id, presented, policy), isUnavailable)
  return (await sessions.refresh(session.id, presented, policy)).decision.outcome
}

const same = (token: RestoringToken) => token
const stranger = (token: RestoringToken) => ({ ...token, hash: newHash() })

export const faultRules = suiteOf('faults', {
  'after a refresh that failed before its step the same token is answered': async (harness) => {
    equal(await refusedThenAnswered(harness, 'before', same), 'forked')
    equal(await refusedThenAnswered(harness, 'before', successorOf), 'committed')
  },

  'after a refresh whose answer was lost the same token is answered': async (harness) => {
    equal(await refusedThenAnswered(harness, 'after', same), 'forked')
    equal(await refusedThenAnswered(harness, 'after', successorOf), 'forked')
  },

  'a client whose every second refresh fails stays in': async (harness) => {
    const { sessions, failOnce } = await failing(harness)
    const { session, token: first } = await addSession(sessions)
    let token = first
    for (let index = 0; index < 20; index += 1) {
      token = successorOf(token)
      failOnce('refresh', index % 2 === 0 ? 'before' : 'after')
      await rejects(sessions.refresh(session.id, token, policy), isUnavailable)
      const { decision } = await sessions.refresh(session.id, token, policy)
      equal(decision.outcome, index % 2 === 0 ? 'committed' : 'forked')
    }
  },

  'a replay whose answer was lost has ended the session': async (harness) => {
    equal(await refusedThenAnswered(harness, 'before', stranger), 'replayed')
    equal(await refusedThenAnswered(harness, 'after', stranger), 'ended')
  },

  'a log-out whose answer was lost can be repeated, and is announced once': async (harness) => {
    const { sessions, failOnce } = await failing(harness)
    const { session, accountId } = await addSession(sessions)
    failOnce('end', 'after')
    await rejects(sessions.end(session.id, accountId, 'logout'), isUnavailable)
    equal(await sessions.end(session.id, accountId, 'logout'), false)
    deepEqual(await everything(sessions), [{ kind: 'session_ended', sessionId: session.id }])
  },

  'a log-in that failed before its step left nothing behind': async (harness) => {
    const { sessions, failOnce } = await failing(harness)
    const { session: first, accountId } = await addSession(sessions)
    const session = newSession(accountId, await sessions.now())
    failOnce('create', 'before')
    await rejects(sessions.create(session, 1), isUnavailable)
    equal(await sessions.find(session.id), undefined)
    equal((await sessions.find(first.id))?.status, 'live')
    deepEqual(await sessions.create(session, 1), [first.id])
  },

  'a registration whose answer was lost has taken the name': async (harness) => {
    const { users, failOnce } = await failing(harness)
    failOnce('create', 'after')
    await rejects(users.create(newAccount('ada')), isUnavailable)
    equal(await users.create(newAccount('ada')), 'username_taken')
    ok(await users.findByKey({ usernameKey: 'ada' }))
  },

  'a second record with one id is refused, and leaves the first as it is': async (harness) => {
    const { users, sessions } = await harness.open()
    const account = newAccount('ada')
    await users.create(account)
    await rejects(users.create(newAccount('grace', { id: account.id })), isUnavailable)
    equal((await users.findById(account.id))?.username, 'ada')
    equal(await users.findByKey({ usernameKey: 'grace' }), undefined)
    const { session, accountId } = await addSession(sessions)
    const second = newSession(accountId, await sessions.now(), { id: session.id, epoch: 9 })
    await rejects(sessions.create(second, 1), isUnavailable)
    const found = await sessions.find(session.id)
    equal(found?.status === 'live' && found.epoch, 0)
  },
})
