/**
 * Rules of sessions that live apart from the accounts, in a store that may lose them.
 */

import { deepEqual, equal } from 'node:assert/strict'
import { addSession, newAccount, newHash, newSession, policy, successorOf } from './examples.ts'
import { everything } from './feed-reading.ts'
import { type OpenedStores, suiteOf } from './rule.ts'

/** A session of an account that exists. */
async function sessionOfAccount({ users, sessions }: OpenedStores) {
  const created = await users.create(newAccount('ada'))
  const accountId = typeof created === 'string' ? created : created.id
  return addSession(sessions, { accountId, epoch: 3 })
}

export const separateSessionRules = suiteOf(
  'separate sessions',
  {
    'a lost session is restored by its token, and goes on': async ({ open }) => {
      const opened = await open()
      const { sessions, loseSessions } = opened
      const { session, token, accountId } = await sessionOfAccount(opened)
      const second = successorOf(token)
      await loseSessions()
      const step = await sessions.refresh(session.id, second, policy)
      equal(step.decision.outcome, 'restored')
      const found = await sessions.find(session.id)
      if (found?.status !== 'live') throw new Error('the session was not restored')
      const { hash, epoch, amr, userAgent, generation } = found
      deepEqual(Buffer.from(hash), Buffer.from(second.hash))
      deepEqual(
        { epoch, amr, userAgent, generation },
        {
          epoch: 3,
          amr: ['pwd'],
          userAgent: null,
          generation: 2,
        },
      )
      deepEqual(
        (await sessions.list(accountId, 0)).map(({ id }) => id),
        [session.id],
      )
      const next = await sessions.refresh(session.id, successorOf(second), policy)
      equal(next.decision.outcome, 'committed')
    },

    'of a restored session the token before is late, not replayed': async ({ open }) => {
      const opened = await open()
      const { session, token } = await sessionOfAccount(opened)
      await opened.loseSessions()
      await opened.sessions.refresh(session.id, successorOf(token), policy)
      const late = await opened.sessions.refresh(session.id, token, policy)
      equal(late.decision.outcome, 'superseded')
    },

    'a token that may not restore restores nothing': async ({ open }) => {
      const opened = await open()
      const { session, token } = await sessionOfAccount(opened)
      await opened.loseSessions()
      const step = await opened.sessions.refresh(
        session.id,
        { ...token, restorable: false },
        policy,
      )
      equal(step.decision.outcome, 'ended')
      equal(await opened.sessions.find(session.id), undefined)
    },

    'an ended session is on the list, and stays there when the sessions are lost': async ({
      open,
    }) => {
      const opened = await open()
      const { users, sessions } = opened
      const { session, accountId } = await sessionOfAccount(opened)
      equal(await sessions.end(session.id, accountId, 'logout'), true)
      await opened.loseSessions()
      equal((await users.refreshAccount(accountId, session.id))?.sessionEnded, true)
      equal(await sessions.end(session.id, accountId, 'logout'), false)
      equal((await sessions.find(session.id))?.status, 'ended')
    },

    'a replay puts the session on the list': async ({ open }) => {
      const opened = await open()
      const { users, sessions } = opened
      const { session, token, accountId } = await sessionOfAccount(opened)
      await sessions.refresh(session.id, { ...token, hash: newHash() }, policy)
      equal((await users.refreshAccount(accountId, session.id))?.sessionEnded, true)
      deepEqual(await everything(sessions), [{ kind: 'session_ended', sessionId: session.id }])
    },

    'the sessions above the limit are on the list': async ({ open }) => {
      const opened = await open()
      const { users, sessions } = opened
      const { session, accountId } = await sessionOfAccount(opened)
      const next = newSession(accountId, await sessions.now(), { epoch: 3 })
      deepEqual(await sessions.create(next, 1), [session.id])
      equal((await users.refreshAccount(accountId, session.id))?.sessionEnded, true)
      equal((await sessions.find(session.id))?.status, 'ended')
    },
  },
  'apart',
)
