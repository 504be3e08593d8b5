/**
 * The revocation feed in SQLite: a numbered table, and waiting for its next row.
 *
 * This process wakes its own readers at once; what other processes on the file commit is seen
 * through `PRAGMA data_version`, which costs microseconds and no disk.
 */

import { type Clock, toleratedClockDifferenceMilliseconds } from '../../clock.ts'
import type { Revocation, RevocationPage, SessionStore } from '../ports.ts'
import { wakeUps } from '../wake-ups.ts'
import type { Database, Queries, Transaction } from './database.ts'

interface FeedRow {
  readonly seq: number
  readonly kind: Revocation['kind']
  readonly subject: string
  readonly epoch: number | null
  /** For `account_changed` the time of the change. */
  readonly at: number
}

export interface SqliteFeed {
  /** Adds an entry within a transaction, and wakes those who wait once it is committed. */
  append(transaction: Transaction, entry: Revocation): void
  /** Removes entries that no access token can still be concerned by. */
  prune(transaction: Transaction): void
  readonly revocations: SessionStore['revocations']
  /** Lets everybody who waits go, with an empty page. */
  close(): void
}

const pollMilliseconds = 100
const pageSize = 1000

export function sqliteFeed(database: Database, clock: Clock, accessLifetime: number): SqliteFeed {
  const waiters = wakeUps()

  const read = (cursor: string | undefined) =>
    database.read((queries) => {
      const newest = newestSequence(queries)
      const after = sequenceOf(cursor, newest)
      if (after !== undefined) return pageAfter(queries, after)
      return recentPage(
        queries,
        clock() - accessLifetime - toleratedClockDifferenceMilliseconds,
        newest,
      )
    })

  const revocations: SessionStore['revocations'] = async (cursor, { waitMilliseconds, signal }) => {
    const giveUpAt = performance.now() + waitMilliseconds
    for (;;) {
      // Before the rows: what is committed between the two is then found at the next look.
      const wakes = waiters.count()
      const version = await database.read(dataVersion)
      const page = await read(cursor)
      if (page.entries.length > 0 || cursor === undefined || page.restarted) {
        const { restarted: _, ...news } = page
        return news
      }
      const changed = await changeAfter(wakes, version, giveUpAt, signal)
      if (!changed) return { entries: [], cursor: page.cursor }
    }
  }

  async function changeAfter(
    wakes: number,
    version: number,
    giveUpAt: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (;;) {
      const left = giveUpAt - performance.now()
      if (left <= 0 || signal.aborted) return false
      const why = await waiters.wait(wakes, Math.min(left, pollMilliseconds), signal)
      if (why === 'woken') return true
      if (why === 'stopped') return false
      if ((await database.read(dataVersion)) !== version) return true
    }
  }

  return {
    append(transaction, entry) {
      transaction.run('INSERT INTO revocations (kind, subject, epoch, at) VALUES (?, ?, ?, ?)', [
        entry.kind,
        entry.kind === 'session_ended' ? entry.sessionId : entry.accountId,
        entry.kind === 'account_ended' ? entry.epoch : null,
        entry.kind === 'account_changed' ? entry.changedAt : clock(),
      ])
      transaction.afterCommit(waiters.wake)
    },
    prune(transaction) {
      transaction.run('DELETE FROM revocations WHERE at < ?', [
        clock() - 2 * accessLifetime - toleratedClockDifferenceMilliseconds,
      ])
    },
    revocations,
    close: waiters.stop,
  }
}

type Page = RevocationPage & { readonly restarted: boolean }

function pageAfter(queries: Queries, after: number): Page {
  const rows = queries.all<FeedRow>(
    'SELECT seq, kind, subject, epoch, at FROM revocations WHERE seq > ? ORDER BY seq LIMIT ?',
    [after, pageSize],
  )
  return { ...pageOf(rows, after), restarted: false }
}

function recentPage(queries: Queries, since: number, newest: number): Page {
  const rows = queries.all<FeedRow>(
    `SELECT seq, kind, subject, epoch, at FROM revocations
      WHERE at >= ? AND seq <= ? ORDER BY seq LIMIT ?`,
    [since, newest, pageSize],
  )
  return { ...pageOf(rows, newest), restarted: true }
}

/** @param cursor of an empty page. */
const pageOf = (rows: readonly FeedRow[], cursor: number): RevocationPage => ({
  entries: rows.map(toRevocation),
  cursor: String(rows.at(-1)?.seq ?? cursor),
  ...(rows.length === pageSize && { more: true }),
})

// Kept by AUTOINCREMENT, so it is right also when every row was pruned.
const newestSequence = (queries: Queries): number =>
  queries.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'revocations'")?.seq ??
  0

/** Undefined for a cursor of another file, such as the one before a backup was restored. */
function sequenceOf(cursor: string | undefined, newest: number): number | undefined {
  if (cursor === undefined || !/^\d{1,15}$/.test(cursor)) return undefined
  return Number(cursor) <= newest ? Number(cursor) : undefined
}

const dataVersion = (queries: Queries): number =>
  queries.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0

function toRevocation({ kind, subject, epoch, at }: FeedRow): Revocation {
  if (kind === 'session_ended') return { kind, sessionId: subject }
  if (kind === 'account_changed') return { kind, accountId: subject, changedAt: at }
  return { kind, accountId: subject, epoch: epoch ?? 0 }
}
