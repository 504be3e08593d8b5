/**
 * Rules of the revocation feed: order, cursors and waiting.
 */

import { deepEqual, equal, ok } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Revocation, RevocationPage } from '../ports.ts'
import { addSession, newSession, unknownId } from './examples.ts'
import { atOnce, brief, everything, patient } from './feed-reading.ts'
import { suiteOf } from './rule.ts'

/** In milliseconds. */
const untilAllWait = 50

const ended = (sessionId: string): Revocation => ({ kind: 'session_ended', sessionId })

export const feedRules = suiteOf('revocation feed', {
  'a new feed is empty, and has a cursor to go on from': async ({ open }) => {
    const { sessions } = await open()
    const start = await sessions.revocations(undefined, atOnce)
    deepEqual(start.entries, [])
    deepEqual(await sessions.revocations(start.cursor, atOnce), start)
  },

  'endings come in order after the cursor, each once': async ({ open }) => {
    const { sessions } = await open()
    let { cursor } = await sessions.revocations(undefined, atOnce)
    const { session, accountId } = await addSession(sessions)
    await sessions.end(session.id, accountId, 'logout')
    await sessions.endAll(accountId, 3, 'logout_all')
    const all = [ended(session.id), { kind: 'account_ended', accountId, epoch: 3 }]
    const page = await sessions.revocations(cursor, atOnce)
    deepEqual(page.entries, all)
    cursor = page.cursor
    deepEqual(await sessions.revocations(cursor, atOnce), { entries: [], cursor })
    const next = await addSession(sessions)
    await sessions.end(next.session.id, next.accountId, 'logout')
    deepEqual((await sessions.revocations(cursor, atOnce)).entries, [ended(next.session.id)])
    deepEqual(await everything(sessions), [...all, ended(next.session.id)])
  },

  'two readers do not take entries from each other': async ({ open }) => {
    const { sessions } = await open()
    const { cursor } = await sessions.revocations(undefined, atOnce)
    const accountId = unknownId()
    await sessions.endAll(accountId, 1, 'logout_all')
    const entry = { kind: 'account_ended', accountId, epoch: 1 }
    deepEqual((await sessions.revocations(cursor, atOnce)).entries, [entry])
    deepEqual((await sessions.revocations(cursor, atOnce)).entries, [entry])
  },

  'a reader that goes on page by page sees every one of 1,100 entries once': async ({ open }) => {
    const { sessions } = await open()
    const { cursor } = await sessions.revocations(undefined, atOnce)
    const now = await sessions.now()
    const all: string[] = []
    for (let account = 0; account < 11; account += 1) {
      const accountId = unknownId()
      const given = Array.from({ length: 100 }, () => newSession(accountId, now))
      await Promise.all(given.map((session) => sessions.create(session, 100)))
      all.push(...(await sessions.create(newSession(accountId, now + 1), 1)))
    }
    all.sort()
    const idsOf = ({ entries }: RevocationPage) =>
      entries.map((entry) => entry.kind === 'session_ended' && entry.sessionId)
    // One who goes on from there, and one who begins now.
    for (const start of [cursor, undefined]) {
      let page = await sessions.revocations(start, atOnce)
      const seen = idsOf(page)
      equal(page.more, seen.length < 1100 ? true : undefined, 'says so while there is more')
      while (page.more) {
        ok(page.entries.length > 0, 'a page that is full is not empty')
        page = await sessions.revocations(page.cursor, atOnce)
        seen.push(...idsOf(page))
      }
      equal(seen.length, 1100)
      deepEqual(seen.sort(), all)
      deepEqual(await sessions.revocations(page.cursor, atOnce), {
        entries: [],
        cursor: page.cursor,
      })
    }
  },

  'a cursor that the store did not give begins anew, without waiting': async ({ open }) => {
    const { sessions } = await open()
    const accountId = unknownId()
    await sessions.endAll(accountId, 1, 'logout_all')
    const all = await sessions.revocations(undefined, atOnce)
    deepEqual(await sessions.revocations('no cursor', patient), all)
    deepEqual(await sessions.revocations('', patient), all)
  },

  'a cursor from before the data was lost begins anew, without waiting': async ({ open }) => {
    const before = await open()
    for (const epoch of [1, 2, 3]) await before.sessions.endAll(unknownId(), epoch, 'logout_all')
    const { cursor } = await before.sessions.revocations(undefined, atOnce)
    const { sessions } = await open()
    const accountId = unknownId()
    await sessions.endAll(accountId, 1, 'logout_all')
    const page = await sessions.revocations(cursor, patient)
    deepEqual(page.entries, [{ kind: 'account_ended', accountId, epoch: 1 }])
    deepEqual(await sessions.revocations(page.cursor, atOnce), { ...page, entries: [] })
  },

  'a reader that waits gets what comes, soon after it comes': async ({ open }) => {
    const { sessions } = await open()
    const { session, accountId } = await addSession(sessions)
    const { cursor } = await sessions.revocations(undefined, atOnce)
    const waiting = sessions.revocations(cursor, patient)
    const other = sessions.revocations(cursor, patient)
    await sleep(untilAllWait)
    const startedAt = performance.now()
    await sessions.end(session.id, accountId, 'logout')
    deepEqual((await waiting).entries, [ended(session.id)])
    deepEqual((await other).entries, [ended(session.id)])
    ok(performance.now() - startedAt < 1000, 'seen within a second')
  },

  'a reader that waits sees what another handle ends, and the ended session': async ({ open }) => {
    const { sessions, anotherHandle } = await open()
    const { sessions: elsewhere } = await anotherHandle()
    const { session, accountId } = await addSession(sessions)
    const { cursor } = await elsewhere.revocations(undefined, atOnce)
    const waiting = elsewhere.revocations(cursor, patient)
    await sleep(untilAllWait)
    const startedAt = performance.now()
    await sessions.end(session.id, accountId, 'logout')
    deepEqual((await waiting).entries, [ended(session.id)])
    ok(performance.now() - startedAt < 1000, 'seen within a second')
    equal((await elsewhere.find(session.id))?.status, 'ended')
  },

  'waiting ends with an empty page by time and by signal': async ({ open }) => {
    const { sessions } = await open()
    const { cursor } = await sessions.revocations(undefined, atOnce)
    const empty = { entries: [], cursor }
    deepEqual(await sessions.revocations(cursor, brief), empty)
    const abort = new AbortController()
    const waiting = sessions.revocations(cursor, { ...patient, signal: abort.signal })
    const startedAt = performance.now()
    setTimeout(() => abort.abort(), 20)
    deepEqual(await waiting, empty)
    const stopped = await sessions.revocations(cursor, { ...patient, signal: abort.signal })
    deepEqual(stopped, empty)
    ok(performance.now() - startedAt < 1000, 'stopped by the signal')
  },

  'closing the stores lets readers go with an empty page': async ({ open }) => {
    const { sessions, stores } = await open()
    const { cursor } = await sessions.revocations(undefined, atOnce)
    const waiting = sessions.revocations(cursor, patient)
    setTimeout(() => stores.close(), untilAllWait)
    const startedAt = performance.now()
    deepEqual(await waiting, { entries: [], cursor })
    ok(performance.now() - startedAt < 1000, 'let go within a second')
  },
})
