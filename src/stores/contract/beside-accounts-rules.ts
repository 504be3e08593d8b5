/**
 * Rules of sessions that live in the database of the accounts: nothing is ever lost there alone, so
 * what is missing has ended.
 */

import { deepEqual, equal } from 'node:assert/strict'
import { addSession, day, minute, plainNew, plainSession, policy, unknownId } from './examples.ts'
import { everything } from './feed-reading.ts'
import { suiteOf } from './rule.ts'

const endings = suiteOf(
  'endings',
  {
    'a session ends only for its own account': async ({ open }) => {
      const { sessions } = await open()
      const { session } = await addSession(sessions)
      equal(await sessions.end(session.id, unknownId(), 'logout'), false)
      equal((await sessions.find(session.id))?.status, 'live')
      deepEqual(await everything(sessions), [])
    },

    'ending a session that is not there ends nothing and announces nothing': async ({ open }) => {
      const { sessions } = await open()
      equal(await sessions.end(unknownId(), unknownId(), 'logout'), false)
      deepEqual(await everything(sessions), [])
    },
  },
  'beside',
)

const refreshes = suiteOf(
  'refresh',
  {
    'a missing session has ended, and none is made of it': async ({ open }) => {
      const { sessions } = await open()
      const { session, token } = await addSession(sessions)
      const id = unknownId()
      const step = await sessions.refresh(id, token, policy)
      deepEqual(step.decision, { outcome: 'ended' })
      equal(step.session, undefined)
      equal(await sessions.find(id), undefined)
      deepEqual(plainSession(await sessions.find(session.id)), plainNew(session))
    },
  },
  'beside',
)

const times = suiteOf(
  'time',
  {
    'pruning keeps a session until a day after its absolute end': async ({ open }) => {
      const { sessions, advance } = await open()
      advance(0)
      const { session: live } = await addSession(sessions)
      const { session: ended, accountId } = await addSession(sessions)
      await sessions.end(ended.id, accountId, 'logout')
      advance(policy.absoluteLifetime + day - minute)
      await sessions.prune()
      equal((await sessions.find(live.id))?.status, 'live')
      equal((await sessions.find(ended.id))?.status, 'ended')
      advance(2 * minute)
      const { session: young } = await addSession(sessions)
      await sessions.prune()
      equal(await sessions.find(live.id), undefined)
      equal(await sessions.find(ended.id), undefined)
      equal((await sessions.find(young.id))?.status, 'live')
    },
  },
  'beside',
)

export const besideAccountsRules = [...endings, ...refreshes, ...times]
