/**
 * Rules of time, for stores whose clock can be set: lifetimes, the late window, pruning.
 */

import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  addSession,
  minute,
  newAccount,
  newSession,
  policy,
  second,
  successorOf,
  unknownId,
} from './examples.ts'
import { atOnce, everything } from './feed-reading.ts'
import { type ContractHarness, type OpenedStores, suiteOf } from './rule.ts'

/** Opens stores and leaves the rule out at once where their clock cannot be set. */
async function withClock({ open }: ContractHarness): Promise<OpenedStores> {
  const opened = await open()
  opened.advance(0)
  return opened
}

const idleAfter = policy.inactivityTimeout + policy.accessLifetime

export const clockRules = suiteOf('time', {
  'the clock of a step is the store’s own': async (harness) => {
    const { sessions, users, advance } = await withClock(harness)
    const { session, token } = await addSession(sessions)
    const before = await sessions.now()
    advance(3 * second)
    equal(await sessions.now(), before + 3 * second)
    const step = await sessions.refresh(session.id, successorOf(token), policy)
    equal(step.now, before + 3 * second)
    const account = await users.create(newAccount('ada'))
    ok(typeof account === 'object')
    advance(second)
    const updated = await users.update(account.id, { name: 'Ada' })
    ok(typeof updated === 'object')
    equal(updated.createdAt, before + 3 * second)
    equal(updated.updatedAt, before + 4 * second)
  },

  'a passed token is late for 9,999 ms, and replayed at 10,000': async (harness) => {
    const { sessions, advance } = await withClock(harness)
    const { session, token } = await addSession(sessions)
    await sessions.refresh(session.id, successorOf(token), policy)
    const present = async () => (await sessions.refresh(session.id, token, policy)).decision.outcome
    advance(9_999)
    equal(await present(), 'superseded')
    advance(1)
    equal(await present(), 'replayed')
  },

  'an unused token is answered at its inactivity timeout, and expired after it': async (
    harness,
  ) => {
    const { sessions, advance } = await withClock(harness)
    const { session, token } = await addSession(sessions)
    const present = async () => (await sessions.refresh(session.id, token, policy)).decision.outcome
    advance(policy.inactivityTimeout)
    equal(await present(), 'forked')
    advance(1)
    equal(await present(), 'expired')
  },

  'a session in use is answered at its absolute lifetime, and expired after it': async (
    harness,
  ) => {
    const { sessions, advance } = await withClock(harness)
    const { session, token } = await addSession(sessions)
    const present = async () => {
      const issuedAt = await sessions.now()
      const step = await sessions.refresh(session.id, { ...token, issuedAt }, policy)
      return step.decision.outcome
    }
    advance(policy.absoluteLifetime)
    equal(await present(), 'forked')
    advance(1)
    equal(await present(), 'expired')
  },

  'forks count once an access-token lifetime, and the twentieth ends the session': async (
    harness,
  ) => {
    const { sessions, advance } = await withClock(harness)
    const { session, token } = await addSession(sessions)
    const outcomes: string[] = []
    for (let counted = 0; counted < 20; counted += 1) {
      advance(policy.accessLifetime - 1)
      if (counted > 0) {
        outcomes.push((await sessions.refresh(session.id, token, policy)).decision.outcome)
      }
      advance(1)
      outcomes.push((await sessions.refresh(session.id, token, policy)).decision.outcome)
    }
    equal(outcomes.pop(), 'not_adopted')
    equal(new Set(outcomes).size, 1)
    equal(outcomes[0], 'forked')
  },

  'an idle session leaves the list and the limit after its last token has expired': async (
    harness,
  ) => {
    const { sessions, advance } = await withClock(harness)
    const { session, accountId } = await addSession(sessions)
    advance(idleAfter)
    equal((await sessions.list(accountId, 0)).length, 1)
    advance(1)
    equal((await sessions.list(accountId, 0)).length, 0)
    const next = newSession(accountId, await sessions.now())
    deepEqual(await sessions.create(next, 1), [])
    equal((await sessions.find(session.id))?.status, 'live')
  },

  'a commit and a counted fork keep a session in the list': async (harness) => {
    const { sessions, advance } = await withClock(harness)
    const { session, token, accountId } = await addSession(sessions)
    const successor = successorOf(token, token.issuedAt + policy.inactivityTimeout)
    for (const presented of [token, successor]) {
      advance(policy.inactivityTimeout - minute)
      const step = await sessions.refresh(session.id, presented, policy)
      ok(['forked', 'committed'].includes(step.decision.outcome))
      advance(minute)
      equal((await sessions.list(accountId, 0)).length, 1)
    }
  },

  'a session in use leaves the list after its absolute lifetime': async (harness) => {
    const { sessions, advance } = await withClock(harness)
    const { session, token, accountId } = await addSession(sessions)
    advance(policy.absoluteLifetime)
    const issuedAt = await sessions.now()
    await sessions.refresh(session.id, successorOf(token, issuedAt), policy)
    equal((await sessions.list(accountId, 0)).length, 1)
    advance(1)
    equal((await sessions.list(accountId, 0)).length, 0)
  },

  'without a cursor the feed begins one access-token lifetime ago': async (harness) => {
    const { sessions, advance } = await withClock(harness)
    await sessions.endAll(unknownId(), 1, 'logout_all')
    // A quarter of an hour more than the lifetime may be given, for clocks that differ.
    advance(20 * minute)
    const accountId = unknownId()
    await sessions.endAll(accountId, 1, 'logout_all')
    advance(policy.accessLifetime)
    deepEqual(await everything(sessions), [{ kind: 'account_ended', accountId, epoch: 1 }])
  },

  'a cursor stays true when the feed is pruned': async (harness) => {
    const { sessions, advance } = await withClock(harness)
    await sessions.endAll(unknownId(), 1, 'logout_all')
    const { cursor } = await sessions.revocations(undefined, atOnce)
    advance(2 * policy.accessLifetime + 20 * minute)
    await sessions.prune()
    deepEqual(await everything(sessions), [])
    const accountId = unknownId()
    await sessions.endAll(accountId, 1, 'logout_all')
    const entry = { kind: 'account_ended', accountId, epoch: 1 }
    deepEqual((await sessions.revocations(cursor, atOnce)).entries, [entry])
  },

  'pruning keeps what an access token can still be concerned by': async (harness) => {
    const { sessions, advance } = await withClock(harness)
    const accountId = unknownId()
    await sessions.endAll(accountId, 1, 'logout_all')
    advance(policy.accessLifetime)
    await sessions.prune()
    deepEqual(await everything(sessions), [{ kind: 'account_ended', accountId, epoch: 1 }])
  },
})
