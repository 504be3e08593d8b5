/**
 * Rules of sessions: what is found and listed, and the limit.
 */

import { deepEqual, equal } from 'node:assert/strict'
import type { NewSession, SessionStore } from '../ports.ts'
import { addSession, newSession, plainNew, plainSession, second, unknownId } from './examples.ts'
import { suiteOf } from './rule.ts'

const noLimit = Number.POSITIVE_INFINITY

/** Sessions of one account, born a second apart, the oldest first. */
async function addSessions(sessions: SessionStore, count: number, accountId = unknownId()) {
  const now = await sessions.now()
  const added: NewSession[] = []
  for (let index = 0; index < count; index += 1) {
    const session = newSession(accountId, now - (count - index) * second)
    await sessions.create(session, noLimit)
    added.push(session)
  }
  return { accountId, added, ids: added.map(({ id }) => id), now }
}

const idsOf = async (sessions: SessionStore, accountId: string, minimumEpoch = 0) =>
  (await sessions.list(accountId, minimumEpoch)).map(({ id }) => id)

export const sessionRules = suiteOf('sessions', {
  'a created session is found as it was given': async ({ open }) => {
    const { sessions } = await open()
    const now = await sessions.now()
    const fields = { recentCommits: [now, now - 2], forks: 3, forkedAt: now - 5, epoch: 7 }
    const session = newSession(unknownId(), now, { ...fields, amr: ['pwd', 'otp'] })
    deepEqual(await sessions.create(session, 20), [])
    deepEqual(plainSession(await sessions.find(session.id)), plainNew(session))
    const bare = newSession(unknownId(), now, { userAgent: null, address: null, amr: [] })
    await sessions.create(bare, 20)
    deepEqual(plainSession(await sessions.find(bare.id)), plainNew(bare))
  },

  'a session that is not there is not found': async ({ open }) => {
    const { sessions } = await open()
    equal(await sessions.find(unknownId()), undefined)
    deepEqual(await sessions.list(unknownId(), 0), [])
  },

  'the list holds the live sessions of the account, newest first': async ({ open }) => {
    const { sessions } = await open()
    const { accountId, added } = await addSessions(sessions, 3)
    await addSessions(sessions, 1)
    const listed = await sessions.list(accountId, 0)
    deepEqual(listed.map(plainSession), added.map(plainNew).reverse())
  },

  'the list leaves out sessions that have ended or have a lower epoch': async ({ open }) => {
    const { sessions } = await open()
    const { accountId, now } = await addSessions(sessions, 1)
    const current = newSession(accountId, now, { epoch: 2 })
    const ended = newSession(accountId, now, { epoch: 2 })
    await sessions.create(current, noLimit)
    await sessions.create(ended, noLimit)
    await sessions.end(ended.id, accountId, 'logout')
    deepEqual(await idsOf(sessions, accountId, 2), [current.id])
    equal((await idsOf(sessions, accountId)).length, 2)
    deepEqual(await idsOf(sessions, accountId, 3), [])
  },

  'up to the limit nothing ends; over it the oldest does': async ({ open }) => {
    const { sessions } = await open()
    const { accountId, ids, now } = await addSessions(sessions, 2)
    const third = newSession(accountId, now)
    deepEqual(await sessions.create(third, 3), [])
    const fourth = newSession(accountId, now + 1)
    deepEqual(await sessions.create(fourth, 3), [ids[0]])
    deepEqual(await sessions.find(ids[0] as string), {
      status: 'ended',
      id: ids[0],
      accountId,
      reason: 'session_limit',
    })
    deepEqual(await idsOf(sessions, accountId), [fourth.id, third.id, ids[1]])
  },

  'a lowered limit ends as many as it takes, and never the new one': async ({ open }) => {
    const { sessions } = await open()
    const { accountId, ids, now } = await addSessions(sessions, 4)
    const late = newSession(accountId, now)
    const ended = await sessions.create(late, 2)
    deepEqual([...ended].sort(), ids.slice(0, 3).sort())
    deepEqual(await idsOf(sessions, accountId), [late.id, ids[3]])
    const older = newSession(accountId, now - 60 * second)
    deepEqual([...(await sessions.create(older, 1))].sort(), [ids[3], late.id].sort())
    deepEqual(await idsOf(sessions, accountId), [older.id])
  },

  'only live sessions of the same account and epoch count towards the limit': async ({ open }) => {
    const { sessions } = await open()
    const { accountId, ids, now } = await addSessions(sessions, 2)
    await sessions.end(ids[0] as string, accountId, 'logout')
    deepEqual(await sessions.create(newSession(accountId, now), 2), [])
    deepEqual(await sessions.create(newSession(unknownId(), now), 1), [])
    deepEqual(await sessions.create(newSession(accountId, now, { epoch: 1 }), 1), [])
  },

  'without a limit nothing ends': async ({ open }) => {
    const { sessions } = await open()
    const { accountId } = await addSessions(sessions, 30)
    equal((await idsOf(sessions, accountId)).length, 30)
  },

  'what a caller does to a record it gave or got does not reach the store': async ({ open }) => {
    const { sessions } = await open()
    const { session } = await addSession(sessions)
    const before = plainNew(session)
    session.hash.fill(0)
    const found = await sessions.find(session.id)
    if (found?.status === 'live') found.hash.fill(0)
    const [listed] = await sessions.list(session.accountId, 0)
    listed?.hash.fill(0)
    deepEqual(plainSession(await sessions.find(session.id)), before)
  },
})
