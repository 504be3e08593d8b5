/**
 * The reads of a refresh: the session, its account and the ended list in one statement.
 *
 * A refresh and a log-in ask the session store and the accounts in parallel, within one turn of the
 * event loop. Where both are here, one statement answers both, and costs one round trip.
 */

import { unavailable } from '../../errors.ts'
import type { StoredSession } from '../../sessions/session.ts'
import type { AccountStatus, RefreshStanding, UserStore } from '../ports.ts'
import { type Database, onTokenPath } from './database.ts'
import { type SessionRow, sessionColumns, toSession } from './session-row.ts'

/** As `standingColumns` reads it. */
export interface StandingRow {
  readonly status: AccountStatus
  readonly session_epoch: number
  readonly roles: string
  readonly scopes: string
  readonly session_ended: boolean
}

type Row = SessionRow &
  StandingRow & {
    readonly at: string
    readonly has_session: boolean
    readonly has_account: boolean
  }

export interface RefreshRead {
  readonly session: StoredSession | undefined
  readonly account: RefreshStanding | undefined
  /** The database's clock. */
  readonly now: number
}

export interface RefreshReads {
  /** Reads for one step; an account that is asked for in the same turn is answered by it. */
  step(sessionId: string, accountId: string): Promise<RefreshRead>
  /** Likewise with another statement, which reads the account besides. */
  beside<Result extends Pick<RefreshRead, 'account'>>(
    sessionId: string,
    accountId: string,
    send: () => Promise<Result>,
  ): Promise<Result>
  readonly account: UserStore['refreshAccount']
}

/** Of a table `u`. */
export const standingColumns = 'u.status, u.session_epoch, u.roles, u.scopes'
const isEnded =
  'EXISTS (SELECT FROM {schema}.ended_sessions WHERE session_id = :sessionId) AS session_ended'
// `database.ts` refuses such a row: after a failover the connection may lead to a server that is no
// longer told what ends.
const standby = 'pg_is_in_recovery() AS standby'

export function createRefreshReads(database: Database): RefreshReads {
  // Only those whose statement has not been sent: what is asked later must see what came between.
  const unsent = new Map<string, Promise<Pick<RefreshRead, 'account'>>>()

  const beside: RefreshReads['beside'] = (sessionId, accountId, send) => {
    const key = `${accountId} ${sessionId}`
    const sending = Promise.resolve().then(() => {
      unsent.delete(key)
      return send()
    })
    unsent.set(key, sending)
    return sending
  }

  async function read(sessionId: string, accountId: string): Promise<RefreshRead> {
    const [row] = await database.run<Row>(
      `SELECT {now} AS at, s.id IS NOT NULL AS has_session, u.id IS NOT NULL AS has_account,
          ${sessionColumns
            .split(',')
            .map((column) => `s.${column.trim()}`)
            .join(', ')},
          ${standingColumns}, ${isEnded}, ${standby}
        FROM (SELECT) AS nothing
        LEFT JOIN {schema}.sessions AS s ON s.id = :sessionId
        LEFT JOIN {schema}.users AS u ON u.id = :accountId`,
      { sessionId, accountId },
      { within: onTokenPath },
    )
    if (row === undefined) throw unavailable(new Error('no answer to a read'))
    return {
      now: Number(row.at),
      session: row.has_session ? toSession(row) : undefined,
      account: row.has_account ? toStanding(row) : undefined,
    }
  }

  return Object.freeze<RefreshReads>({
    beside,
    step: (sessionId, accountId) => beside(sessionId, accountId, () => read(sessionId, accountId)),

    async account(id, sessionId) {
      const together = sessionId === undefined ? undefined : unsent.get(`${id} ${sessionId}`)
      if (together !== undefined) return (await together).account
      const [row] = await database.run<StandingRow>(
        `SELECT ${standingColumns}, ${isEnded}, ${standby} FROM {schema}.users AS u
          WHERE u.id = :id`,
        { id, sessionId: sessionId ?? null },
        { within: onTokenPath },
      )
      return row && toStanding(row)
    },
  })
}

export const toStanding = (row: StandingRow): RefreshStanding => ({
  sessionEnded: row.session_ended,
  status: row.status,
  sessionEpoch: row.session_epoch,
  roles: JSON.parse(row.roles),
  scopes: JSON.parse(row.scopes),
})
