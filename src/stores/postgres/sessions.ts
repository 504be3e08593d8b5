/**
 * Sessions in PostgreSQL: a read, `decideRefresh`, and at most one write that only takes where the
 * session still is as it was read (compare and swap).
 *
 * A missing session is never restored here: it lives in the database that also holds the account.
 */

import { unavailable } from '../../errors.ts'
import { decideRefresh, type RefreshDecision } from '../../sessions/decide-refresh.ts'
import type { LiveSession, SessionLifetimes } from '../../sessions/session.ts'
import type { SessionStore } from '../ports.ts'
import { type Database, onTokenPath } from './database.ts'
import { databaseClock } from './database-clock.ts'
import type { PostgresFeed } from './feed.ts'
import { pruneTable } from './prune.ts'
import {
  type RefreshReads,
  type StandingRow,
  standingColumns,
  toStanding,
} from './refresh-account.ts'
import {
  newSessionValues,
  type SessionRow,
  sessionColumns,
  toLiveSession,
  toSession,
} from './session-row.ts'
import type { SqlValues } from './statement.ts'
import { asRead, seenValues, writeRotation } from './write-rotation.ts'

const dayMilliseconds = 24 * 60 * 60 * 1000
/** Every loss of a race is a step of another request, after which most have nothing to write. */
const mostTries = 20
const noLimit = 2 ** 31

interface CreatedRow extends StandingRow {
  /** A JSON list of ids, the same whatever the driver makes of arrays. */
  readonly ended: string
  readonly has_account: boolean
}

export function postgresSessions(
  database: Database,
  feed: PostgresFeed,
  reads: RefreshReads,
  lifetimes: SessionLifetimes,
): SessionStore {
  const { accessLifetime, inactivityTimeout, absoluteLifetime } = lifetimes

  return Object.freeze<SessionStore>({
    now: databaseClock(database),

    async create(session, limit) {
      const { id, accountId } = session
      const values = {
        ...newSessionValues(session),
        most: Math.min(limit, noLimit),
        idle: inactivityTimeout + accessLifetime,
        absolute: absoluteLifetime,
      }
      const { ended } = await reads.beside(id, accountId, () => addSession(database, values))
      return ended
    },

    async refresh(sessionId, presented, policy) {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const { session, now } = await reads.step(sessionId, presented.accountId)
        const decision = decideRefresh(session, presented, now, {
          ...policy,
          restoreMissing: false,
        })
        if (session?.status !== 'live') return { decision, session, now }
        if (await apply(database, session, decision)) return { decision, session, now }
      }
      throw unavailable(new Error('too many refresh this session at once'))
    },

    async find(sessionId) {
      const [row] = await database.run<SessionRow>(
        `SELECT ${sessionColumns} FROM {schema}.sessions WHERE id = :sessionId`,
        { sessionId },
        { within: onTokenPath },
      )
      return row && toSession(row)
    },

    async list(accountId, minimumEpoch) {
      const rows = await database.run<SessionRow>(
        `SELECT ${sessionColumns} FROM {schema}.sessions
          WHERE account_id = :accountId AND end_reason IS NULL AND epoch >= :minimumEpoch
            AND moved_at >= {at} - :idle::bigint AND created_at >= {at} - :absolute::bigint
          ORDER BY created_at DESC, id DESC`,
        {
          accountId,
          minimumEpoch,
          idle: inactivityTimeout + accessLifetime,
          absolute: absoluteLifetime,
        },
      )
      return rows.map(toLiveSession)
    },

    async end(sessionId, accountId, reason) {
      const ended = await database.run(
        `WITH ended AS (
            UPDATE {schema}.sessions SET end_reason = :reason, user_agent = NULL, address = NULL
              WHERE id = :sessionId AND account_id = :accountId AND end_reason IS NULL AND {durably}
              RETURNING id
          ), told AS (
            INSERT INTO {schema}.revocations (kind, subject, at)
              SELECT 'session_ended', id, {now} FROM ended
          )
          SELECT id FROM ended`,
        { sessionId, accountId, reason },
      )
      return ended.length === 1
    },

    async endAll(accountId, epoch, reason) {
      // The lock of create_session, so that two that end several sessions do not wait in a circle;
      // and all of them before the feed, as everywhere.
      await database.run(
        `WITH ended AS (
            UPDATE {schema}.sessions SET end_reason = :reason, user_agent = NULL, address = NULL
              WHERE account_id = :accountId AND end_reason IS NULL AND epoch < :epoch AND {durably}
                AND (SELECT pg_advisory_xact_lock(
                  hashtextextended('{schema}.sessions:' || :accountId, 0)) IS NOT NULL)
              RETURNING id
          )
          INSERT INTO {schema}.revocations (kind, subject, epoch, at)
            SELECT 'account_ended', :accountId, :epoch::integer, {now} FROM (
              SELECT count(*) FROM ended
            ) AS all_ended`,
        { accountId, epoch, reason },
      )
    },

    revocations: feed.revocations,

    async prune() {
      const kept = absoluteLifetime + dayMilliseconds
      const condition = 'created_at < {at} - :kept::bigint'
      await pruneTable(database, { table: 'sessions', key: 'id', condition }, { kept })
      await feed.prune()
    },
  })
}

/** Answers the account too, as it was when the statement began: a log-in asks for both at once. */
async function addSession(database: Database, values: SqlValues) {
  const [row] = await database
    .run<CreatedRow>(
      `SELECT array_to_json(ARRAY(
          SELECT ended FROM {schema}.create_session(:id, :accountId, :epoch::integer, :amr,
            :userAgent, :address, :generation::bigint, :hash::bytea, :recentCommits,
            :forks::integer, :forkedAt::bigint, :createdAt::bigint, :movedAt::bigint,
            :most::bigint, {now} - :idle::bigint, {now} - :absolute::bigint, {now}) AS ended
          WHERE {durably}
        ))::text AS ended, u.id IS NOT NULL AS has_account, ${standingColumns},
        false AS session_ended
      FROM (SELECT) AS nothing LEFT JOIN {schema}.users AS u ON u.id = :accountId`,
      values,
    )
    .catch((error: unknown) => {
      throw unavailable(error)
    })
  if (row === undefined) throw unavailable(new Error('no answer to a new session'))
  const ended: readonly string[] = JSON.parse(row.ended)
  return { ended, account: row.has_account ? toStanding(row) : undefined }
}

/** @returns false when the session is no longer as it was read. */
async function apply(
  database: Database,
  session: LiveSession,
  decision: RefreshDecision,
): Promise<boolean> {
  if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted') {
    const reason = `refresh_token_${decision.outcome}`
    const ended = await database.run(
      `WITH ended AS (
          UPDATE {schema}.sessions SET end_reason = :reason, user_agent = NULL, address = NULL
            WHERE ${asRead} AND {durably} RETURNING id
        ), told AS (
          INSERT INTO {schema}.revocations (kind, subject, at)
            SELECT 'session_ended', id, {now} FROM ended
        )
        SELECT id FROM ended`,
      { ...seenValues(session), reason },
      { within: onTokenPath },
    )
    return ended.length === 1
  }
  const next = 'next' in decision ? decision.next : undefined
  return next === undefined || writeRotation(database, session, next)
}
