/**
 * The ended list in MongoDB. An ending is inserted with a note that it is not announced yet
 * (`announcements.ts`).
 */

import type { Clock } from '../../clock.ts'
import type { SessionEndReason } from '../../events.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { EndedListStore } from '../ports.ts'
import type { Announcements, EndedDocument } from './announcements.ts'
import { isDuplicate } from './client.ts'
import { type Connection, durable } from './connection.ts'

export interface ListedDocument extends EndedDocument {
  readonly accountId: string
  readonly reason: SessionEndReason
  readonly endedAt: number
}

const dayMilliseconds = 24 * 60 * 60 * 1000

export function mongoEndedList(
  { collection, run }: Connection,
  announcements: Announcements,
  clock: Clock,
  { absoluteLifetime }: SessionLifetimes,
): EndedListStore {
  const listed = collection<ListedDocument>('ended_sessions')

  return Object.freeze<EndedListStore>({
    add: ({ sessionId, accountId, reason }) =>
      run(async () => {
        const endedAt = clock()
        const ending = { _id: sessionId, accountId, reason, endedAt, unannouncedSince: endedAt }
        try {
          await listed.insertOne(ending, durable)
        } catch (error) {
          if (isDuplicate(error)) return false
          throw error
        }
        await announcements.sessionsEnded('ended_sessions', [sessionId])
        return true
      }),

    prune: () =>
      run(async () => {
        const endedAt = { $lt: clock() - absoluteLifetime - dayMilliseconds }
        await listed.deleteMany({ endedAt })
      }),
  })
}
