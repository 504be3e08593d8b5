/**
 * The revocation feed in PostgreSQL: a numbered table, and waiting for its next row.
 *
 * Rows become visible in the order of their numbers (`number_revocation` in `functions.ts`). A reader
 * is woken by NOTIFY on a connection of its own, and looks by itself as well: each second, or ten
 * times a second while there is no such connection.
 */

import { toleratedClockDifferenceMilliseconds } from '../../clock.ts'
import type { Revocation, RevocationPage, SessionStore } from '../ports.ts'
import { wakeUps } from '../wake-ups.ts'
import type { Database } from './database.ts'
import type { Listener } from './listen.ts'
import { pruneTable } from './prune.ts'

interface FeedRow {
  readonly newest: string
  readonly timeline: string
  /** Null where there is no entry. */
  readonly seq: string | null
  readonly kind: Revocation['kind']
  readonly subject: string
  readonly epoch: number | null
  /** For `account_changed` the time of the change. */
  readonly at: string
}

export interface PostgresFeed {
  /** Removes entries that no access token can still be concerned by. */
  prune(): Promise<void>
  readonly revocations: SessionStore['revocations']
  /** Lets everybody who waits go, with an empty page. */
  close(): void
}

export interface FeedOptions {
  readonly accessLifetime: number
  /** Calls back at each notification, and when the connection is there again. */
  readonly listen: (wake: () => void) => Listener
  /** False where the server does not tell its timeline. */
  readonly hasTimeline: boolean
}

const listeningMilliseconds = 1000
const pollMilliseconds = 100
const pageSize = 1000

export function postgresFeed(database: Database, options: FeedOptions): PostgresFeed {
  const { accessLifetime, listen, hasTimeline } = options
  const waiters = wakeUps()
  let listener: Listener | undefined
  // It changes when a standby is promoted: the numbers go on there from what it had received.
  const timeline = hasTimeline ? 'left(pg_walfile_name(pg_current_wal_lsn()), 8)' : `'0'`
  const state = `(SELECT last_value AS newest, ${timeline} AS timeline
    FROM {schema}.revocations_seq) AS state`

  async function pageAfter(place: Place) {
    const rows = await database.run<FeedRow>(
      `SELECT newest, timeline, seq, kind, subject, epoch, at FROM ${state} LEFT JOIN LATERAL (
          SELECT * FROM {schema}.revocations WHERE seq > :after::bigint ORDER BY seq
            LIMIT ${pageSize}
        ) AS entries ON true ORDER BY seq`,
      { after: place.seq },
    )
    const [first] = rows
    // Of another history, such as that before a backup was restored.
    const isUseless = first?.timeline !== place.timeline || BigInt(first.newest) < BigInt(place.seq)
    if (isUseless) return undefined
    return pageOf(rows, place)
  }

  async function recentPage() {
    const rows = await database.run<FeedRow>(
      `SELECT newest, timeline, seq, kind, subject, epoch, at,
          coalesce((SELECT max(seq) FROM {schema}.revocations), 0) AS last
        FROM ${state} LEFT JOIN LATERAL (
          SELECT * FROM {schema}.revocations WHERE at >= {at} - :age::bigint ORDER BY seq
            LIMIT ${pageSize}
        ) AS entries ON true ORDER BY seq`,
      { age: accessLifetime + toleratedClockDifferenceMilliseconds },
    )
    const [first] = rows as readonly (FeedRow & { readonly last: string })[]
    return pageOf(rows, { timeline: first?.timeline ?? '0', seq: first?.last ?? '0' })
  }

  const revocations: SessionStore['revocations'] = async (cursor, { waitMilliseconds, signal }) => {
    listener ??= listen(waiters.wake)
    const giveUpAt = performance.now() + waitMilliseconds
    const place = placeOf(cursor)
    if (place === undefined) return recentPage()
    for (;;) {
      // Before the rows: what is committed between the two is then found at the next look.
      const wakes = waiters.count()
      const page = await pageAfter(place)
      if (page === undefined) return recentPage()
      const left = giveUpAt - performance.now()
      if (page.entries.length > 0 || left <= 0 || signal.aborted) return page
      const longest = listener.isListening() ? listeningMilliseconds : pollMilliseconds
      if ((await waiters.wait(wakes, Math.min(left, longest), signal)) === 'stopped') return page
    }
  }

  return {
    prune: () =>
      pruneTable(
        database,
        { table: 'revocations', key: 'seq', condition: 'at < {at} - :age::bigint' },
        { age: 2 * accessLifetime + toleratedClockDifferenceMilliseconds },
      ),
    revocations,
    close() {
      waiters.stop()
      listener?.stop()
    },
  }
}

interface Place {
  readonly timeline: string
  readonly seq: string
}

/** @param place of an empty page. */
function pageOf(rows: readonly FeedRow[], place: Place): RevocationPage {
  const entries = rows.filter(({ seq }) => seq !== null)
  return {
    entries: entries.map(toRevocation),
    cursor: cursorOf({ ...place, seq: entries.at(-1)?.seq ?? place.seq }),
    ...(entries.length === pageSize && { more: true }),
  }
}

const cursorOf = ({ timeline, seq }: Place): string => `${timeline}-${seq}`

function placeOf(cursor: string | undefined): Place | undefined {
  const [, timeline, seq] = /^([0-9A-F]{1,8})-(\d{1,18})$/.exec(cursor ?? '') ?? []
  return timeline === undefined || seq === undefined ? undefined : { timeline, seq }
}

function toRevocation({ kind, subject, epoch, at }: FeedRow): Revocation {
  if (kind === 'session_ended') return { kind, sessionId: subject }
  if (kind === 'account_changed') return { kind, accountId: subject, changedAt: Number(at) }
  return { kind, accountId: subject, epoch: epoch ?? 0 }
}
