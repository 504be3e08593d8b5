/**
 * Announcing what a document says has happened, also after a crash in between.
 *
 * A standalone MongoDB has no transactions, so the ending and its entry in the log are two writes. The
 * document that ends carries a note, written in the same atomic step, that it is not announced yet;
 * then the entry is appended, then the note goes. Whoever breaks off leaves a note, and every process
 * that reads the feed looks for notes that have become old, and does the rest. Each step can be done
 * again: the log takes an announcement once.
 */

import type { Clock } from '../../clock.ts'
import type { Collection } from './client.ts'
import { type Connection, fast } from './connection.ts'
import type { Announcement, RevocationLog } from './revocation-log.ts'

/** Of a session or an entry of the ended list. */
export interface EndedDocument {
  readonly _id: string
  /** Absent once the ending is in the log. */
  readonly unannouncedSince?: number
}

/** A note of an account. */
export interface OutboxNote {
  readonly id: string
  readonly at: number
  readonly kind: 'account_ended' | 'account_changed'
}

/** The part of an account that announcing needs. */
export interface OutboxDocument {
  readonly _id: string
  readonly sessionEpoch?: number
  readonly externalId?: string
  readonly deletedAt?: number
  readonly outbox?: readonly OutboxNote[]
}

export interface Announcements {
  /** Tells of ended sessions, and takes their notes away. */
  sessionsEnded(where: 'sessions' | 'ended_sessions', ids: readonly string[]): Promise<void>
  /** Tells what the notes of an account say, and takes them away; a deleted account goes then. */
  accountNotes(account: OutboxDocument, notes: readonly OutboxNote[]): Promise<void>
  /** Does what somebody broke off. */
  finishOthers(): Promise<void>
}

/** How old a note is when whoever wrote it is taken to be gone. */
const oldNoteMilliseconds = 1000
const notesAtOnce = 500

export function announcementsOf(
  connection: Connection,
  log: RevocationLog,
  clock: Clock,
): Announcements {
  const users = connection.collection<OutboxDocument>('users')
  const ended = {
    sessions: connection.collection<EndedDocument>('sessions'),
    ended_sessions: connection.collection<EndedDocument>('ended_sessions'),
  }

  const sessionsEnded: Announcements['sessionsEnded'] = async (where, ids) => {
    if (ids.length === 0) return
    await log.append(ids.map(sessionEnded))
    await quietly(
      ended[where].updateMany({ _id: { $in: ids } }, { $unset: { unannouncedSince: '' } }, fast),
    )
  }

  const accountNotes: Announcements['accountNotes'] = async (account, notes) => {
    await log.append(notes.map((note) => announcementOf(account, note)))
    await quietly(takeAway(account, notes))
  }

  async function takeAway(account: OutboxDocument, notes: readonly OutboxNote[]) {
    const { _id, deletedAt, externalId } = account
    if (deletedAt === undefined) {
      const ids = { $in: notes.map(({ id }) => id) }
      await users.updateOne({ _id }, { $pull: { outbox: { id: ids } } }, fast)
    } else if (externalId === undefined) {
      await users.deleteOne({ _id, deletedAt }, fast)
    } else {
      // The external id stays, so that the account never comes back from where it once came.
      await users.updateOne({ _id, deletedAt }, { $unset: { outbox: '', sessionEpoch: '' } }, fast)
    }
  }

  async function finishSessions(where: 'sessions' | 'ended_sessions', before: number) {
    const collection: Collection<EndedDocument> = ended[where]
    const found = await collection
      .find({ unannouncedSince: { $lt: before } }, { projection: { _id: 1 }, limit: notesAtOnce })
      .toArray()
    await sessionsEnded(
      where,
      found.map(({ _id }) => _id),
    )
  }

  async function finishAccounts(before: number): Promise<void> {
    const projection = { sessionEpoch: 1, externalId: 1, deletedAt: 1, outbox: 1 }
    const options = { projection, limit: notesAtOnce }
    const found = await users.find({ 'outbox.at': { $lt: before } }, options).toArray()
    for (const account of found) await accountNotes(account, account.outbox ?? [])
  }

  return Object.freeze<Announcements>({
    sessionsEnded,
    accountNotes,
    async finishOthers() {
      const before = clock() - oldNoteMilliseconds
      await Promise.all([
        finishSessions('sessions', before),
        finishSessions('ended_sessions', before),
        finishAccounts(before),
      ])
    },
  })
}

const sessionEnded = (sessionId: string): Announcement => ({
  key: `session:${sessionId}`,
  revocation: { kind: 'session_ended', sessionId },
})

// The epoch is the present one, which ends all that an earlier one would have ended.
function announcementOf(account: OutboxDocument, { id, at, kind }: OutboxNote): Announcement {
  const { _id: accountId, sessionEpoch: epoch = 0 } = account
  return {
    key: `note:${id}`,
    revocation:
      kind === 'account_ended' ? { kind, accountId, epoch } : { kind, accountId, changedAt: at },
  }
}

/** A note that stays is found later, and what it says is not announced again. */
async function quietly(running: Promise<unknown>): Promise<void> {
  await running.catch(() => {})
}
