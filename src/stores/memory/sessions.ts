/**
 * Sessions in memory: `decideRefresh` in one step, and every ending with its feed entry.
 *
 * A missing session is never restored here: it lives and ends with the accounts.
 */

import type { Clock } from '../../clock.ts'
import { decideRefresh } from '../../sessions/decide-refresh.ts'
import {
  bornAt,
  type LiveSession,
  lastMovedAt,
  type SessionLifetimes,
  type StoredSession,
} from '../../sessions/session.ts'
import type { SessionStore } from '../ports.ts'
import type { MemoryFeed } from './feed.ts'
import { refuseSecond, type Steps } from './steps.ts'

type SessionEndReason = Extract<StoredSession, { status: 'ended' }>['reason']

/** The maps, so that moving to another store can read and write them too. */
export interface SessionMaps {
  readonly sessions: Map<string, StoredSession>
  /** Also of ended sessions, until they are pruned. */
  readonly idsByAccount: Map<string, Set<string>>
}

export const emptySessionMaps = (): SessionMaps => ({
  sessions: new Map(),
  idsByAccount: new Map(),
})

const dayMilliseconds = 24 * 60 * 60 * 1000

export function memorySessions(
  steps: Steps,
  feed: MemoryFeed,
  clock: Clock,
  lifetimes: SessionLifetimes,
  { sessions, idsByAccount }: SessionMaps,
): SessionStore {
  const { accessLifetime, inactivityTimeout, absoluteLifetime } = lifetimes

  const liveOf = (accountId: string): LiveSession[] =>
    [...(idsByAccount.get(accountId) ?? [])]
      .map((id) => sessions.get(id))
      .filter((session) => session?.status === 'live')

  const listed = (accountId: string, minimumEpoch: number): LiveSession[] => {
    const movedSince = clock() - inactivityTimeout - accessLifetime
    const bornSince = clock() - absoluteLifetime
    return liveOf(accountId)
      .filter(({ epoch }) => epoch >= minimumEpoch)
      .filter((session) => lastMovedAt(session, bornAt(session.id)) >= movedSince)
      .filter(({ id }) => bornAt(id) >= bornSince)
      .sort((a, b) => bornAt(b.id) - bornAt(a.id) || (a.id < b.id ? 1 : -1))
  }

  // The device data goes.
  const endQuietly = ({ id, accountId }: LiveSession, reason: SessionEndReason): void => {
    sessions.set(id, { status: 'ended', id, accountId, reason })
  }

  const endAndTell = (session: LiveSession, reason: SessionEndReason): void => {
    endQuietly(session, reason)
    feed.append({ kind: 'session_ended', sessionId: session.id })
  }

  return Object.freeze<SessionStore>({
    now: async () => clock(),

    create: (given, limit) =>
      steps.run(() => {
        const { id, accountId, epoch } = given
        refuseSecond(sessions, id)
        const over = listed(accountId, epoch).slice(Math.max(0, limit - 1))
        for (const session of over) endAndTell(session, 'session_limit')
        sessions.set(id, copyOf({ status: 'live', ...given }))
        idsByAccount.set(accountId, (idsByAccount.get(accountId) ?? new Set()).add(id))
        return over.map((session) => session.id)
      }),

    refresh: (sessionId, presented, policy) =>
      steps.run(() => {
        const session = sessions.get(sessionId)
        const now = clock()
        const decision = decideRefresh(session, presented, now, {
          ...policy,
          restoreMissing: false,
        })
        if (session?.status === 'live') {
          if ('next' in decision && decision.next !== undefined) {
            sessions.set(sessionId, copyOf({ ...session, ...decision.next }))
          }
          if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted') {
            endAndTell(session, `refresh_token_${decision.outcome}`)
          }
        }
        return { decision, session: session && copyOf(session), now }
      }),

    find: (sessionId) =>
      steps.run(() => {
        const session = sessions.get(sessionId)
        return session && copyOf(session)
      }),

    list: (accountId, minimumEpoch) =>
      steps.run(() => listed(accountId, minimumEpoch).map((session) => copyOf(session))),

    end: (sessionId, accountId, reason) =>
      steps.run(() => {
        const session = sessions.get(sessionId)
        if (session?.accountId !== accountId || session.status !== 'live') return false
        endAndTell(session, reason)
        return true
      }),

    endAll: (accountId, epoch, reason) =>
      steps.run(() => {
        for (const session of liveOf(accountId)) {
          if (session.epoch < epoch) endQuietly(session, reason)
        }
        feed.append({ kind: 'account_ended', accountId, epoch })
      }),

    revocations: feed.revocations,

    prune: () =>
      steps.run(() => {
        const bornSince = clock() - absoluteLifetime - dayMilliseconds
        for (const { id, accountId } of sessions.values()) {
          if (bornAt(id) >= bornSince) continue
          sessions.delete(id)
          const ids = idsByAccount.get(accountId)
          ids?.delete(id)
          if (ids?.size === 0) idsByAccount.delete(accountId)
        }
        feed.prune()
      }),
  })
}

/** No caller shares an array with what is stored. */
export function copyOf<Session extends StoredSession>(session: Session): Session {
  if (session.status === 'ended') return { ...session }
  return {
    ...session,
    amr: [...session.amr],
    hash: Uint8Array.from(session.hash),
    recentCommits: [...session.recentCommits],
  }
}
