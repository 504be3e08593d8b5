/**
 * Rules of endings: log-out, remote log-out and log-out everywhere.
 */

import { deepEqual, equal } from 'node:assert/strict'
import { addSession, newSession, policy, unknownId } from './examples.ts'
import { everything } from './feed-reading.ts'
import { suiteOf } from './rule.ts'

export const endingRules = suiteOf('endings', {
  'a session ends once, and keeps its first reason': async ({ open }) => {
    const { sessions } = await open()
    const { session, accountId } = await addSession(sessions)
    equal(await sessions.end(session.id, accountId, 'remote_logout'), true)
    equal(await sessions.end(session.id, accountId, 'logout'), false)
    const reason = 'remote_logout'
    deepEqual(await sessions.find(session.id), {
      status: 'ended',
      id: session.id,
      accountId,
      reason,
    })
    deepEqual(await everything(sessions), [{ kind: 'session_ended', sessionId: session.id }])
  },

  'ending all ends every older session of the account, and only those': async ({ open }) => {
    const { sessions } = await open()
    const { session: first, accountId } = await addSession(sessions)
    const second = newSession(accountId, await sessions.now(), { epoch: 3 })
    await sessions.create(second, 20)
    const { session: other } = await addSession(sessions)
    await sessions.end(first.id, accountId, 'logout')
    await sessions.endAll(accountId, 4, 'password_changed')
    const base = { status: 'ended', accountId }
    deepEqual(await sessions.find(first.id), { ...base, id: first.id, reason: 'logout' })
    const reason = 'password_changed'
    deepEqual(await sessions.find(second.id), { ...base, id: second.id, reason })
    equal((await sessions.find(other.id))?.status, 'live')
    deepEqual(await sessions.list(accountId, 0), [])
  },

  'ending all leaves a session that was begun with the new epoch': async ({ open }) => {
    const { sessions } = await open()
    const { accountId } = await addSession(sessions)
    const newer = newSession(accountId, await sessions.now(), { epoch: 4 })
    await sessions.create(newer, 20)
    await sessions.endAll(accountId, 4, 'password_changed')
    equal((await sessions.find(newer.id))?.status, 'live')
  },

  'ending all is announced once for the account, also when no session is live': async ({
    open,
  }) => {
    const { sessions } = await open()
    const { accountId } = await addSession(sessions)
    const emptyAccount = unknownId()
    await sessions.endAll(accountId, 4, 'logout_all')
    await sessions.endAll(emptyAccount, 1, 'logout_all')
    deepEqual(await everything(sessions), [
      { kind: 'account_ended', accountId, epoch: 4 },
      { kind: 'account_ended', accountId: emptyAccount, epoch: 1 },
    ])
  },

  'an ended session never issues again, and stays as it ended': async ({ open }) => {
    const { sessions } = await open()
    const { session, token, accountId } = await addSession(sessions)
    await sessions.end(session.id, accountId, 'logout')
    const before = await sessions.find(session.id)
    const ahead = { ...token, generation: token.generation + 5 }
    for (const presented of [token, ahead]) {
      const step = await sessions.refresh(session.id, presented, policy)
      deepEqual(step.decision, { outcome: 'ended' })
      deepEqual(step.session, before)
    }
    deepEqual(await sessions.find(session.id), before)
  },

  'every session that the limit ends is announced': async ({ open }) => {
    const { sessions } = await open()
    const { session, accountId } = await addSession(sessions)
    await sessions.create(newSession(accountId, await sessions.now()), 1)
    deepEqual(await everything(sessions), [{ kind: 'session_ended', sessionId: session.id }])
  },
})
