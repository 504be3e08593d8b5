/**
 * A separate store of sessions in memory, which can lose everything or go back to an earlier state,
 * as Redis does in a wipe and in a failover.
 */

import { decideRefresh } from '../../src/sessions/decide-refresh.ts'
import type { LiveSession, StoredSession } from '../../src/sessions/session.ts'
import { bornAt } from '../../src/sessions/session.ts'
import { decideSessionImport } from '../../src/stores/decide-import.ts'
import { memoryFeed } from '../../src/stores/memory/feed.ts'
import { memorySteps, refuseSecond } from '../../src/stores/memory/steps.ts'
import type { SeparateSessionStore } from '../../src/stores/separate-sessions.ts'

export interface LossyOptions {
  readonly clock: () => number
  readonly accessLifetime: number
  readonly inactivityTimeout: number
  readonly absoluteLifetime: number
}

export interface LossySessions extends SeparateSessionStore {
  wipe(): void
  /** @returns a function that brings back the state of this moment. */
  snapshot(): () => void
}

export function lossySessions(options: LossyOptions): LossySessions {
  const { clock } = options
  const steps = memorySteps()
  const feed = memoryFeed(steps, clock, options.accessLifetime)
  let sessions = new Map<string, StoredSession>()

  const liveOf = (accountId: string, minimumEpoch: number): LiveSession[] =>
    [...sessions.values()]
      .filter((session) => session.status === 'live')
      .filter((session) => session.accountId === accountId && session.epoch >= minimumEpoch)
      .filter((session) => clock() - bornAt(session.id) <= options.absoluteLifetime)
      .filter(
        (session) =>
          clock() - Math.max(bornAt(session.id), session.forkedAt, ...session.recentCommits) <=
          options.inactivityTimeout + options.accessLifetime,
      )
      .sort((a, b) => bornAt(b.id) - bornAt(a.id) || (a.id < b.id ? 1 : -1))

  return {
    now: async () => clock(),
    find: (id) => steps.run(() => structuredClone(sessions.get(id))),
    list: (accountId, minimumEpoch) =>
      steps.run(() => liveOf(accountId, minimumEpoch).map((session) => structuredClone(session))),

    create: (session, limit) =>
      steps.run(() => {
        refuseSecond(sessions, session.id)
        const others = liveOf(session.accountId, session.epoch).map(({ id }) => id)
        sessions.set(session.id, structuredClone({ status: 'live', ...session }))
        return others.slice(Math.max(0, limit - 1))
      }),

    refresh: (id, presented, policy) =>
      steps.run(() => {
        const session = sessions.get(id)
        const now = clock()
        const decision = decideRefresh(session, presented, now, policy)
        const { accountId, epoch } = presented
        if ('next' in decision && decision.next !== undefined) {
          const device = { userAgent: null, address: null }
          const kept =
            session?.status === 'live' ? session : { id, accountId, epoch, amr: ['pwd'], ...device }
          sessions.set(id, structuredClone({ status: 'live', ...kept, ...decision.next }))
        }
        if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted') {
          const reason = `refresh_token_${decision.outcome}` as const
          sessions.set(id, { status: 'ended', id, accountId, reason })
        }
        return { decision, session: structuredClone(session), now }
      }),

    bury: ({ sessionId: id, accountId, reason }) =>
      steps.run(() => {
        if (sessions.get(id)?.status === 'ended') return
        sessions.set(id, { status: 'ended', id, accountId, reason })
      }),

    buryAll: (accountId, epoch, reason) =>
      steps.run(() => {
        for (const session of liveOf(accountId, 0)) {
          const { id } = session
          if (session.epoch < epoch) sessions.set(id, { status: 'ended', id, accountId, reason })
        }
      }),

    importSessions: (given) =>
      steps.run(() => {
        const written = given.filter(
          (session) => decideSessionImport(sessions.get(session.id), session) !== 'keep',
        )
        for (const session of written) sessions.set(session.id, structuredClone(session))
        return written.length
      }),

    announce: (entries) =>
      steps.run(() => {
        for (const entry of entries) feed.append(entry)
      }),

    revocations: feed.revocations,
    ping: () => steps.run(() => undefined),
    async close() {
      steps.close()
      feed.close()
    },
    wipe() {
      sessions = new Map()
    },
    snapshot() {
      const kept = new Map(sessions)
      return () => {
        sessions = new Map(kept)
      }
    },
  }
}
