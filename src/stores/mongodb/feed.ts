/**
 * The revocation feed in MongoDB: reading the log, and waiting for its next entry.
 *
 * This process wakes its own readers at once. What other processes append is told by a change stream
 * where the server has one (a replica set), and found by looking ten times a second where not. The
 * stream only wakes: what is read is always the log, so nothing is lost with a broken stream.
 */

import { type Clock, toleratedClockDifferenceMilliseconds } from '../../clock.ts'
import type { RevocationPage, SessionStore } from '../ports.ts'
import type { wakeUps } from '../wake-ups.ts'
import type { Announcements } from './announcements.ts'
import { watchChanges } from './change-stream.ts'
import type { Connection } from './connection.ts'
import { type LogEntry, type RevocationLog, toRevocation } from './revocation-log.ts'

export interface MongoFeed {
  readonly revocations: SessionStore['revocations']
  /** Removes entries that no access token can still be concerned by. */
  prune(): Promise<void>
  /** Lets everybody who waits go, with an empty page. */
  close(): void
}

export interface FeedParts {
  readonly connection: Connection
  readonly log: RevocationLog
  readonly announcements: Announcements
  readonly waiters: ReturnType<typeof wakeUps>
  readonly clock: Clock
  readonly isReplicaSet: () => boolean
  /** Of these data: a cursor of others is of no use. */
  readonly identity: string
  readonly accessLifetime: number
}

const pollMilliseconds = 100
/** Beside a change stream, which may be broken without saying so. */
const slowPollMilliseconds = 1000
const finishOthersMilliseconds = 1000
const pageSize = 1000

export function mongoFeed(parts: FeedParts): MongoFeed {
  const { connection, log, announcements, waiters, clock, accessLifetime } = parts
  const changes = watchChanges(log.collection, waiters.wake)
  let nextFinish = 0

  // A failover takes back what a minority had, and gives its numbers to other entries.
  const reading = () => (parts.isReplicaSet() ? { readConcern: { level: 'majority' } } : {})

  async function finishOthers(): Promise<void> {
    if (performance.now() < nextFinish) return
    nextFinish = performance.now() + finishOthersMilliseconds
    await connection.run(announcements.finishOthers).catch(() => {})
  }

  async function read(cursor: string | undefined) {
    const sort = { _id: 1 }
    const options = reading()
    const [newestEntry] = await log.collection
      .find({}, { sort: { _id: -1 }, limit: 1, ...options })
      .toArray()
    const newest = newestEntry?._id ?? 0
    const after = numberOf(cursor, newest)
    if (after !== undefined) {
      if (after === newest) return pageOf([], after, false)
      const found = log.collection.find(
        { _id: { $gt: after } },
        { sort, limit: pageSize, ...options },
      )
      return pageOf(await found.toArray(), after, false)
    }
    const since = clock() - accessLifetime - toleratedClockDifferenceMilliseconds
    const recent = { at: { $gte: since }, _id: { $lte: newest } }
    const found = log.collection.find(recent, { sort, limit: pageSize, ...options })
    return pageOf(await found.toArray(), newest, true)
  }

  /** @param last of an empty page. */
  const pageOf = (entries: readonly LogEntry[], last: number, restarted: boolean) => ({
    page: {
      entries: entries.map(toRevocation),
      cursor: `${parts.identity}.${entries.at(-1)?._id ?? last}`,
      ...(entries.length === pageSize && { more: true }),
    },
    restarted,
  })

  /** Undefined for a cursor of other data, or of this one before a backup was restored. */
  function numberOf(cursor: string | undefined, newest: number): number | undefined {
    const [identity, last = ''] = cursor?.split('.') ?? []
    if (identity !== parts.identity || !/^\d{1,15}$/.test(last)) return undefined
    return Number(last) <= newest ? Number(last) : undefined
  }

  return {
    async revocations(cursor, { waitMilliseconds, signal }): Promise<RevocationPage> {
      const giveUpAt = performance.now() + waitMilliseconds
      for (;;) {
        // Before the log: what is appended between the two is then found at the next look.
        const wakes = waiters.count()
        await finishOthers()
        const { page, restarted } = await connection.run(() => read(cursor))
        if (page.entries.length > 0 || cursor === undefined || restarted) return page
        const left = giveUpAt - performance.now()
        if (left <= 0 || signal.aborted) return page
        const look = changes.isWatching() ? slowPollMilliseconds : pollMilliseconds
        const why = await waiters.wait(wakes, Math.min(left, look), signal)
        if (why === 'stopped') return page
      }
    },
    async prune() {
      const at = { $lt: clock() - 2 * accessLifetime - toleratedClockDifferenceMilliseconds }
      // The newest stays, so that no number is given twice and a cursor stays true.
      await log.collection.deleteMany({ at, _id: { $lt: await log.newest() } })
    },
    close() {
      changes.close()
      waiters.stop()
    },
  }
}
