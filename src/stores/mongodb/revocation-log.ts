/**
 * The log under the revocation feed: entries 1, 2, 3 … without a gap.
 *
 * An entry is inserted under the number after the newest one; of two writers that want one number the
 * unique id lets one in, and the other takes the next. So an entry is never seen before the one with
 * a lower number, and a reader that goes on behind a number skips nobody who was slower.
 */

import type { Clock } from '../../clock.ts'
import type { Revocation } from '../ports.ts'
import { type Collection, isDuplicate } from './client.ts'
import { type Connection, durable, untilDone } from './connection.ts'

export interface LogEntry {
  readonly _id: number
  /** What is announced is announced once: the key is unique. */
  readonly key: string
  readonly at: number
  readonly kind: Revocation['kind']
  readonly subject: string
  readonly epoch?: number
  readonly changedAt?: number
}

export interface Announcement {
  readonly key: string
  readonly revocation: Revocation
}

export interface RevocationLog {
  readonly collection: Collection<LogEntry>
  /** Appends what is not in the log yet. Durable when it returns. */
  append(announcements: readonly Announcement[]): Promise<void>
  newest(): Promise<number>
}

interface Waiting {
  readonly announcements: readonly Announcement[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function revocationLog(
  connection: Connection,
  clock: Clock,
  appended: () => void,
): RevocationLog {
  const collection = connection.collection<LogEntry>('revocations')
  let waiting: Waiting[] = []
  let isWriting = false
  let lastKnown: number | undefined

  async function newest(): Promise<number> {
    const [entry] = await collection.find({}, { sort: { _id: -1 }, limit: 1 }).toArray()
    return entry?._id ?? 0
  }

  // One writer a process: those who wait meanwhile go together, and processes seldom meet.
  async function write(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await insertAll(batch.flatMap(({ announcements }) => announcements))
        appended()
        for (const { resolve } of batch) resolve()
      } catch (error) {
        lastKnown = undefined
        for (const { reject } of batch) reject(error)
      }
    }
    isWriting = false
  }

  async function insertAll(given: readonly Announcement[]): Promise<void> {
    const missing = new Map(given.map((announcement) => [announcement.key, announcement]))
    await untilDone(async () => {
      if (missing.size === 0) return true
      const after = lastKnown ?? (await newest())
      const now = clock()
      const entries = [...missing.values()].map((one, index) =>
        toEntry(one, after + index + 1, now),
      )
      try {
        await collection.insertMany(entries, { ordered: true, ...durable })
        lastKnown = after + entries.length
        return true
      } catch (error) {
        if (!isDuplicate(error)) throw error
        // Another process took a number, or announced the same; what went in before that is in.
        lastKnown = undefined
        const keys = { key: { $in: [...missing.keys()] } }
        const present = await collection.find(keys, { projection: { key: 1 } }).toArray()
        for (const { key } of present) missing.delete(key)
        return undefined
      }
    })
  }

  return Object.freeze<RevocationLog>({
    collection,
    newest,
    append: (announcements) =>
      new Promise((resolve, reject) => {
        waiting.push({ announcements, resolve, reject })
        if (!isWriting) void write()
      }),
  })
}

function toEntry({ key, revocation }: Announcement, _id: number, at: number): LogEntry {
  const { kind } = revocation
  if (kind === 'session_ended') return { _id, key, at, kind, subject: revocation.sessionId }
  const subject = revocation.accountId
  if (kind === 'account_ended') return { _id, key, at, kind, subject, epoch: revocation.epoch }
  return { _id, key, at, kind, subject, changedAt: revocation.changedAt }
}

export function toRevocation({ kind, subject, epoch, changedAt }: LogEntry): Revocation {
  if (kind === 'session_ended') return { kind, sessionId: subject }
  if (kind === 'account_ended') return { kind, accountId: subject, epoch: epoch ?? 0 }
  return { kind, accountId: subject, changedAt: changedAt ?? 0 }
}
