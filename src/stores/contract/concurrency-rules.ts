/**
 * Rules of parallel callers about sessions (I2, I3). Each is tried `rounds` times.
 */

import { deepEqual, equal, ok } from 'node:assert/strict'
import type { RestoringToken } from '../../sessions/decide-refresh.ts'
import type { RefreshStep } from '../ports.ts'
import {
  addSession,
  minute,
  newHash,
  newSession,
  plainSession,
  policy,
  successorOf,
  unknownId,
} from './examples.ts'
import { atOnce } from './feed-reading.ts'
import { inParallel, tally } from './parallel.ts'
import { type ContractHarness, type OpenedStores, suiteOf } from './rule.ts'

const outcomesOf = (steps: readonly RefreshStep[]) =>
  tally(steps.map(({ decision }) => decision.outcome))

/** Every round: a new session, and 50 callers who present a token each. */
async function everyRound(
  { open, rounds }: ContractHarness,
  tokenOf: (token: RestoringToken, index: number) => RestoringToken,
  check: (
    steps: readonly RefreshStep[],
    tokens: readonly RestoringToken[],
    sessionId: string,
    opened: OpenedStores,
  ) => Promise<void>,
): Promise<void> {
  const opened = await open()
  const handles = await opened.handles()
  for (let round = 0; round < rounds; round += 1) {
    const recentCommits = [(await opened.sessions.now()) - minute]
    const { session, token } = await addSession(opened.sessions, { generation: 5, recentCommits })
    const tokens = Array.from({ length: 50 }, (_, index) => tokenOf(token, index))
    const steps = await inParallel(handles, ({ sessions }, index) =>
      sessions.refresh(session.id, tokens[index] ?? token, policy),
    )
    await check(steps, tokens, session.id, opened)
  }
}

export const concurrencyRules = suiteOf('parallel sessions', {
  '50 uses of the committed token all fork, and count as one fork': (harness) =>
    everyRound(
      harness,
      (token) => token,
      async (steps, _tokens, id, { sessions }) => {
        deepEqual(outcomesOf(steps), { forked: 50 })
        const found = await sessions.find(id)
        equal(found?.status === 'live' && found.forks, 1)
      },
    ),

  'of 50 uses of one successor one commits, and the rest fork': (harness) => {
    let successor: RestoringToken | undefined
    return everyRound(
      harness,
      (token, index) => {
        if (index === 0) successor = successorOf(token)
        return successor ?? token
      },
      async (steps) => deepEqual(outcomesOf(steps), { committed: 1, forked: 49 }),
    )
  },

  'of 50 siblings one commits, and the session is at that one': (harness) =>
    everyRound(
      harness,
      (token) => successorOf(token),
      async (steps, tokens, id, { sessions }) => {
        const winners = tokens.filter((_, index) => steps[index]?.decision.outcome === 'committed')
        deepEqual(outcomesOf(steps), { committed: 1, superseded: 49 })
        const found = await sessions.find(id)
        ok(found?.status === 'live')
        deepEqual(Buffer.from(found.hash), Buffer.from(winners[0]?.hash ?? []))
        equal(found.recentCommits.length, 2)
      },
    ),

  'of 50 replays one ends the session, and the feed has it once': async (harness) => {
    let cursor: string | undefined
    await everyRound(
      harness,
      (token) => ({ ...token, generation: 4, hash: newHash() }),
      async (steps, _tokens, id, { sessions }) => {
        deepEqual(outcomesOf(steps), { replayed: 1, ended: 49 })
        const page = await sessions.revocations(cursor, atOnce)
        deepEqual(page.entries, [{ kind: 'session_ended', sessionId: id }])
        cursor = page.cursor
      },
    )
  },

  'a replay beside 49 forks ends the session, and no fork comes after it': (harness) =>
    everyRound(
      harness,
      (token, index) => (index === 25 ? { ...token, generation: 4, hash: newHash() } : token),
      async (steps, tokens, id, { sessions }) => {
        const { replayed, forked = 0, ended = 0 } = outcomesOf(steps)
        deepEqual([replayed, forked + ended], [1, 49])
        equal((await sessions.find(id))?.status, 'ended')
        const again = await sessions.refresh(id, tokens[0] as RestoringToken, policy)
        equal(again.decision.outcome, 'ended')
      },
    ),

  'a log-out beside 49 refreshes stays': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const { session, token, accountId } = await addSession(opened.sessions)
      await inParallel(handles, async ({ sessions }, index) => {
        if (index === 25) return sessions.end(session.id, accountId, 'logout')
        return sessions.refresh(session.id, successorOf(token), policy)
      })
      deepEqual(await opened.sessions.find(session.id), {
        status: 'ended',
        id: session.id,
        accountId,
        reason: 'logout',
      })
    }
  },

  'of 50 log-outs of one session one ends it, and the feed has it once': async ({
    open,
    rounds,
  }) => {
    const opened = await open()
    const handles = await opened.handles()
    let { cursor } = await opened.sessions.revocations(undefined, atOnce)
    for (let round = 0; round < rounds; round += 1) {
      const { session, accountId } = await addSession(opened.sessions)
      const ended = await inParallel(handles, ({ sessions }) =>
        sessions.end(session.id, accountId, 'logout'),
      )
      deepEqual(tally(ended), { true: 1, false: 49 })
      const page = await opened.sessions.revocations(cursor, atOnce)
      deepEqual(page.entries, [{ kind: 'session_ended', sessionId: session.id }])
      cursor = page.cursor
    }
  },

  'of 50 log-ins over a limit of 5 five sessions stay, and the others ended once': async ({
    open,
    rounds,
  }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const accountId = unknownId()
      const now = await opened.sessions.now()
      const given = Array.from({ length: 50 }, () => newSession(accountId, now))
      const ended = await inParallel(handles, ({ sessions }, index) =>
        sessions.create(given[index] ?? newSession(accountId, now), 5),
      )
      const listed = await opened.sessions.list(accountId, 0)
      equal(listed.length, 5)
      const all = [...ended.flat(), ...listed.map(({ id }) => id)]
      deepEqual(all.sort(), given.map(({ id }) => id).sort())
    }
  },

  'a refresh beside a session limit leaves the session live or ended, never half': async ({
    open,
    rounds,
  }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const { session, token, accountId } = await addSession(opened.sessions)
      const now = await opened.sessions.now()
      await inParallel(handles, async ({ sessions }, index) => {
        if (index === 25) return sessions.create(newSession(accountId, now + 1), 1)
        return sessions.refresh(session.id, successorOf(token), policy)
      })
      const reason = 'session_limit'
      const expected = { status: 'ended', id: session.id, accountId, reason }
      deepEqual(plainSession(await opened.sessions.find(session.id)), expected)
    }
  },
})
