/**
 * Sessions in MongoDB: `decideRefresh` between a read and a compare-and-swap on one document, and every
 * ending with a note of its announcement (`announcements.ts`).
 *
 * A missing session is never restored here: it lives in the database that also holds the account.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { decideRefresh, type RefreshDecision } from '../../sessions/decide-refresh.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { RefreshStep, SessionStore } from '../ports.ts'
import type { Announcements } from './announcements.ts'
import { exactly } from './client.ts'
import { type Connection, durable, fast, untilDone } from './connection.ts'
import type { MongoFeed } from './feed.ts'
import type { RevocationLog } from './revocation-log.ts'
import {
  endUpdate,
  liveOf,
  newSessionDocument,
  rotationUpdate,
  type SessionDocument,
  type SessionEndReason,
  toLiveSession,
  toSession,
} from './session-document.ts'
import { sessionLimit } from './session-limit.ts'

export interface SessionParts {
  readonly connection: Connection
  readonly announcements: Announcements
  readonly log: RevocationLog
  readonly feed: MongoFeed
  readonly clock: Clock
}

const dayMilliseconds = 24 * 60 * 60 * 1000

export function mongoSessions(parts: SessionParts, lifetimes: SessionLifetimes): SessionStore {
  const { connection, announcements, log, feed, clock } = parts
  const { run, soon } = connection
  const sessions = connection.collection<SessionDocument>('sessions')
  const limits = sessionLimit(connection, clock)

  function live(accountId: string, minimumEpoch: number, options: object = {}) {
    const bounds = {
      minimumEpoch,
      movedSince: clock() - lifetimes.inactivityTimeout - lifetimes.accessLifetime,
      bornSince: clock() - lifetimes.absoluteLifetime,
    }
    const sort = { bornAt: -1, _id: -1 }
    return sessions.find(liveOf(accountId, bounds), { sort, ...options }).toArray()
  }

  async function endMany(ids: readonly string[], reason: SessionEndReason): Promise<void> {
    if (ids.length === 0) return
    const filter = { _id: { $in: ids }, status: 'live' }
    await sessions.updateMany(filter, endUpdate(reason, clock()), durable)
    await announcements.sessionsEnded('sessions', ids)
  }

  /** @returns undefined when somebody else wrote between the reading and the writing. */
  async function write(found: SessionDocument, { decision, now }: RefreshStep) {
    const seen = { _id: found._id, status: 'live', revision: found.revision }
    if (isEnding(decision)) {
      const update = endUpdate(`refresh_token_${decision.outcome}`, now)
      if ((await sessions.updateOne(seen, update, durable)).matchedCount === 0) return undefined
      await announcements.sessionsEnded('sessions', [found._id])
      return true
    }
    if (!('next' in decision) || decision.next === undefined) return true
    const update = rotationUpdate(found._id, decision.next)
    return (await sessions.updateOne(seen, update, fast)).matchedCount === 1 ? true : undefined
  }

  return Object.freeze<SessionStore>({
    now: async () => clock(),

    create: (session, limit) =>
      run(async () => {
        const { id: sessionId, accountId, epoch } = session
        await sessions.insertOne(newSessionDocument(session), durable)
        if (!Number.isFinite(limit)) return []
        return limits.keep(
          { accountId, sessionId, limit },
          {
            async list(most) {
              const ids = { projection: { _id: 1 }, ...(most !== undefined && { limit: most }) }
              return (await live(accountId, epoch, ids)).map(({ _id }) => _id)
            },
            end: (ids) => endMany(ids, 'session_limit'),
          },
        )
      }),

    refresh: (sessionId, presented, policy) =>
      soon((stillWanted) =>
        untilDone(async () => {
          const found = await sessions.findOne({ _id: exactly(sessionId) })
          // A token is judged by the time at which it came: one that waited somewhere is no replay.
          stillWanted()
          const session = found === null ? undefined : toSession(found)
          const now = clock()
          const decision = decideRefresh(session, presented, now, {
            ...policy,
            restoreMissing: false,
          })
          const step: RefreshStep = { decision, session, now }
          if (found === null) return step
          return (await write(found, step)) && step
        }),
      ),

    find: (sessionId) =>
      soon(async () => {
        const found = await sessions.findOne({ _id: exactly(sessionId) })
        return found === null ? undefined : toSession(found)
      }),

    list: (accountId, minimumEpoch) =>
      run(async () => (await live(accountId, minimumEpoch)).map(toLiveSession)),

    end: (sessionId, accountId, reason) =>
      run(async () => {
        const filter = { _id: exactly(sessionId), accountId: exactly(accountId), status: 'live' }
        const { matchedCount } = await sessions.updateOne(
          filter,
          endUpdate(reason, clock()),
          durable,
        )
        if (matchedCount === 0) return false
        await announcements.sessionsEnded('sessions', [sessionId])
        return true
      }),

    endAll: (accountId, epoch, reason) =>
      run(async () => {
        // Announced first: the account's epoch, which is what ends them, has risen already.
        const revocation = { kind: 'account_ended', accountId, epoch } as const
        await log.append([{ key: `all:${randomUUID()}`, revocation }])
        const filter = { accountId: exactly(accountId), status: 'live', epoch: { $lt: epoch } }
        await sessions.updateMany(filter, endUpdate(reason), durable)
      }),

    revocations: feed.revocations,

    prune: () =>
      run(async () => {
        const before = clock() - lifetimes.absoluteLifetime - dayMilliseconds
        await sessions.deleteMany({ bornAt: { $lt: before } })
        await limits.prune(before)
        await feed.prune()
      }),
  })
}

type Ending = Extract<RefreshDecision, { outcome: 'replayed' | 'not_adopted' }>

const isEnding = (decision: RefreshDecision): decision is Ending =>
  decision.outcome === 'replayed' || decision.outcome === 'not_adopted'
