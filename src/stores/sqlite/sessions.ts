/**
 * Sessions in SQLite: `decideRefresh` in one write transaction, and every ending with its feed entry.
 *
 * A missing session is never restored here: it lives in the file that also holds the account.
 */

import type { Clock } from '../../clock.ts'
import {
  decideRefresh,
  type PresentedToken,
  type RefreshDecision,
  type RefreshPolicy,
} from '../../sessions/decide-refresh.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { RefreshStep, SessionStore } from '../ports.ts'
import type { Database, Queries, Transaction } from './database.ts'
import type { SqliteFeed } from './feed.ts'
import {
  endRow,
  insertSession,
  type SessionRow,
  sessionById,
  sessionColumns,
  toLiveSession,
  updateRotation,
} from './session-row.ts'

const dayMilliseconds = 24 * 60 * 60 * 1000
const durable = { durable: true }

export function sqliteSessions(
  database: Database,
  feed: SqliteFeed,
  clock: Clock,
  lifetimes: SessionLifetimes,
): SessionStore {
  const liveRows = (queries: Queries, accountId: string, minimumEpoch: number) =>
    queries.all<SessionRow>(
      `SELECT ${sessionColumns} FROM sessions
        WHERE account_id = ? AND end_reason IS NULL AND epoch >= ?
          AND moved_at >= ? AND created_at >= ?
        ORDER BY created_at DESC, id DESC`,
      [
        accountId,
        minimumEpoch,
        clock() - lifetimes.inactivityTimeout - lifetimes.accessLifetime,
        clock() - lifetimes.absoluteLifetime,
      ],
    )

  return Object.freeze<SessionStore>({
    now: async () => clock(),

    async create(session, limit) {
      for (let isDurable = false; ; isDurable = true) {
        const ended = await database.transaction(
          (transaction) => {
            const others = liveRows(transaction, session.accountId, session.epoch)
            const surplus = others.map(({ id }) => id).slice(Math.max(0, limit - 1))
            // A lost log-in harms nobody; a lost ending would.
            if (surplus.length > 0 && !isDurable) return undefined
            insertSession(transaction, session)
            for (const sessionId of surplus) {
              endRow(transaction, sessionId, 'session_limit')
              feed.append(transaction, { kind: 'session_ended', sessionId })
            }
            return surplus
          },
          { durable: isDurable },
        )
        if (ended !== undefined) return ended
      }
    },

    async refresh(sessionId, presented, policy) {
      const decide = (queries: Queries) => refreshStep(queries, sessionId, presented, policy, clock)
      const preview = await database.transaction(decide, { readOnly: true })
      // The usual fork writes nothing, and takes no lock.
      if (!isWrite(preview.decision)) return preview
      for (let isDurable = isEnding(preview.decision); ; isDurable = true) {
        const step = await database.transaction(
          (transaction) => {
            const decided = decide(transaction)
            if (isEnding(decided.decision) && !isDurable) return undefined
            apply(transaction, feed, sessionId, decided.decision)
            return decided
          },
          { durable: isDurable },
        )
        if (step !== undefined) return step
      }
    },

    find: (sessionId) => database.read((queries) => sessionById(queries, sessionId)),

    list: (accountId, minimumEpoch) =>
      database.read((queries) => liveRows(queries, accountId, minimumEpoch).map(toLiveSession)),

    end: (sessionId, accountId, reason) =>
      database.transaction((transaction) => {
        if (sessionById(transaction, sessionId)?.accountId !== accountId) return false
        if (!endRow(transaction, sessionId, reason)) return false
        feed.append(transaction, { kind: 'session_ended', sessionId })
        return true
      }, durable),

    endAll: (accountId, epoch, reason) =>
      database.transaction((transaction) => {
        transaction.run(
          `UPDATE sessions SET end_reason = ?, user_agent = NULL, address = NULL
            WHERE account_id = ? AND end_reason IS NULL AND epoch < ?`,
          [reason, accountId, epoch],
        )
        feed.append(transaction, { kind: 'account_ended', accountId, epoch })
      }, durable),

    revocations: feed.revocations,

    prune: () =>
      database.transaction((transaction) => {
        transaction.run('DELETE FROM sessions WHERE created_at < ?', [
          clock() - lifetimes.absoluteLifetime - dayMilliseconds,
        ])
        feed.prune(transaction)
      }),
  })
}

function refreshStep(
  queries: Queries,
  sessionId: string,
  presented: PresentedToken,
  policy: RefreshPolicy,
  clock: Clock,
): RefreshStep {
  const session = sessionById(queries, sessionId)
  const now = clock()
  const decision = decideRefresh(session, presented, now, { ...policy, restoreMissing: false })
  return { decision, session, now }
}

function apply(
  transaction: Transaction,
  feed: SqliteFeed,
  sessionId: string,
  decision: RefreshDecision,
): void {
  if ('next' in decision && decision.next !== undefined) {
    updateRotation(transaction, sessionId, decision.next)
  }
  if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted') {
    endRow(transaction, sessionId, `refresh_token_${decision.outcome}`)
    feed.append(transaction, { kind: 'session_ended', sessionId })
  }
}

const isEnding = ({ outcome }: RefreshDecision): boolean =>
  outcome === 'replayed' || outcome === 'not_adopted'

const isWrite = (decision: RefreshDecision): boolean =>
  isEnding(decision) || ('next' in decision && decision.next !== undefined)
