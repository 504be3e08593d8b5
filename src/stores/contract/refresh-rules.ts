/**
 * Rules of a refresh: each outcome of `decideRefresh`, what is written and what ends with it.
 */

import { deepEqual, equal } from 'node:assert/strict'
import {
  decideRefresh,
  type RefreshOutcome,
  type RefreshPolicy,
  type RestoringToken,
} from '../../sessions/decide-refresh.ts'
import type { RotationState } from '../../sessions/session.ts'
import type { NewSession, SessionStore } from '../ports.ts'
import {
  addSession,
  minute,
  newHash,
  newSession,
  plainDecision,
  plainNew,
  plainSession,
  policy,
  successorOf,
} from './examples.ts'
import { everything } from './feed-reading.ts'
import { suiteOf } from './rule.ts'

const strict: RefreshPolicy = { ...policy, rotation: 'strict' }

/** Refreshes, and holds answer and record against `decideRefresh` on the session as it was. */
async function expectStep(
  sessions: SessionStore,
  before: NewSession,
  presented: RestoringToken,
  outcome: RefreshOutcome,
  by = policy,
): Promise<NewSession> {
  const step = await sessions.refresh(before.id, presented, by)
  const decision = decideRefresh({ status: 'live', ...before }, presented, step.now, by)
  equal(step.decision.outcome, outcome)
  deepEqual(plainDecision(step.decision), plainDecision(decision))
  deepEqual(plainSession(step.session), plainNew(before))
  const next: RotationState | undefined = 'next' in decision ? decision.next : undefined
  const after = { ...before, ...next }
  const found = await sessions.find(before.id)
  if (outcome === 'replayed' || outcome === 'not_adopted') {
    const { id, accountId } = before
    const reason = `refresh_token_${outcome}`
    deepEqual(found, { status: 'ended', id, accountId, reason })
    deepEqual(await everything(sessions), [{ kind: 'session_ended', sessionId: id }])
    const again = await sessions.refresh(id, presented, by)
    deepEqual(again.decision, { outcome: 'ended' })
  } else {
    deepEqual(plainSession(found), plainNew(after))
    deepEqual(await everything(sessions), [])
  }
  return after
}

export const refreshRules = suiteOf('refresh', {
  'the committed token forks; the first fork is counted, those soon after are not': async ({
    open,
  }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    const counted = await expectStep(sessions, session, token, 'forked')
    equal(counted.forks, 1)
    const same = await expectStep(sessions, counted, token, 'forked')
    equal(same.forks, 1)
  },

  'a successor commits, and then forks as often as it is presented': async ({ open }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    const first = successorOf(token)
    const moved = await expectStep(sessions, session, first, 'committed')
    equal(moved.generation, 2)
    const forked = await expectStep(sessions, moved, first, 'forked')
    const again = await expectStep(sessions, forked, successorOf(first), 'committed')
    equal(again.recentCommits.length, 2)
  },

  'only the last four commits are kept': async ({ open }) => {
    const { sessions } = await open()
    let { session, token } = await addSession(sessions)
    for (let index = 0; index < 6; index += 1) {
      token = successorOf(token)
      session = await expectStep(sessions, session, token, 'committed')
    }
    equal(session.generation, 7)
    equal(session.recentCommits.length, 4)
  },

  'a token passed a moment ago is superseded, and nothing changes': async ({ open }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    const moved = await expectStep(sessions, session, successorOf(token), 'committed')
    await expectStep(sessions, moved, token, 'superseded')
    await expectStep(sessions, moved, successorOf(token), 'superseded')
  },

  'a token passed long ago is replayed, and the session ends in the same step': async ({
    open,
  }) => {
    const { sessions } = await open()
    const recentCommits = [(await sessions.now()) - minute]
    const { session, token } = await addSession(sessions, { generation: 2, recentCommits })
    const passed = { ...token, generation: 1, hash: newHash() }
    await expectStep(sessions, session, passed, 'replayed')
  },

  'a sibling of the committed token is replayed, and the session ends': async ({ open }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    await expectStep(sessions, session, { ...token, hash: newHash() }, 'replayed')
  },

  'a successor that is never adopted ends the session at the twentieth counted fork': async ({
    open,
  }) => {
    const { sessions } = await open()
    const forkedAt = (await sessions.now()) - policy.accessLifetime
    const { session, token } = await addSession(sessions, { forks: 19, forkedAt })
    await expectStep(sessions, session, token, 'not_adopted')
  },

  'the third counted fork warns, and no other': async ({ open }) => {
    const { sessions } = await open()
    const forkedAt = (await sessions.now()) - policy.accessLifetime
    for (const forks of [1, 2, 3]) {
      const { session, token } = await addSession(sessions, { forks, forkedAt })
      const step = await sessions.refresh(session.id, token, policy)
      equal(step.decision.outcome === 'forked' && step.decision.warn, forks === 2)
    }
  },

  'a token from the future recovers what the store had lost': async ({ open }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    const ahead = { ...successorOf(token), generation: 4 }
    const recovered = await expectStep(sessions, session, ahead, 'recovered')
    equal(recovered.recentCommits.length, 4)
    await expectStep(sessions, recovered, token, 'superseded')
  },

  'an expired token is refused, and the session stays as it is': async ({ open }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    const idle = { ...token, issuedAt: token.issuedAt - policy.inactivityTimeout - minute }
    const old = { ...token, sessionBornAt: token.issuedAt - policy.absoluteLifetime - minute }
    await expectStep(sessions, session, idle, 'expired')
    await expectStep(sessions, session, old, 'expired')
  },

  'strict rotation answers a token once, and ends the session at the second time': async ({
    open,
  }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    const used = await expectStep(sessions, session, token, 'forked', strict)
    await expectStep(sessions, used, token, 'replayed', strict)
  },

  'strict rotation knows no late request': async ({ open }) => {
    const { sessions } = await open()
    const { session, token } = await addSession(sessions)
    const moved = await expectStep(sessions, session, successorOf(token), 'committed', strict)
    await expectStep(sessions, moved, token, 'replayed', strict)
  },

  'one session’s refresh leaves the others of its account alone': async ({ open }) => {
    const { sessions } = await open()
    const { session, token, accountId } = await addSession(sessions)
    const other = newSession(accountId, await sessions.now())
    await sessions.create(other, 20)
    await sessions.refresh(session.id, { ...token, hash: newHash() }, policy)
    equal((await sessions.find(session.id))?.status, 'ended')
    deepEqual(plainSession(await sessions.find(other.id)), plainNew(other))
  },
})
