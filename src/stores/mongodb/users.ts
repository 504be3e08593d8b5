/**
 * Accounts in MongoDB. Every change is one atomic step on one document; a change that is announced
 * carries a note of it (`announcements.ts`), and the unique indexes keep names apart.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { UserStore } from '../ports.ts'
import type { Announcements, EndedDocument, OutboxNote } from './announcements.ts'
import { exactly, type Filter, isDuplicate } from './client.ts'
import { type Connection, durable, untilDone } from './connection.ts'
import { inTurn } from './turns.ts'
import {
  accountOf,
  byKey,
  newDocument,
  personalFields,
  presentById,
  toAccount,
  type UserDocument,
} from './user-documents.ts'

type CreateOutcome = Awaited<ReturnType<UserStore['create']>>

export function mongoUsers(
  connection: Connection,
  announcements: Announcements,
  clock: Clock,
): UserStore {
  const { run, soon } = connection
  const users = connection.collection<UserDocument>('users')
  const listed = connection.collection<EndedDocument>('ended_sessions')
  const turns = inTurn()
  const after = { returnDocument: 'after', ...durable }

  const findById = async (id: string) => accountOf(await users.findOne(presentById(id)))

  const noteOf = (kind: OutboxNote['kind'], at: number): OutboxNote => ({
    ...{ id: randomUUID(), at, kind },
  })

  /** Changes one account, with a note of what is to be announced. */
  const changeNoted = (filter: Filter, update: object, note: OutboxNote) =>
    users.findOneAndUpdate(filter, { ...update, $push: { outbox: note } }, after)

  /** Does so, and announces it. */
  async function change(filter: Filter, update: object, note: OutboxNote) {
    const document = await changeNoted(filter, update, note)
    if (document !== null) await announcements.accountNotes(document, [note])
    return document
  }

  async function taken(
    account: Parameters<UserStore['create']>[0],
  ): Promise<CreateOutcome | undefined> {
    const { id, externalId, usernameKey, emailKey } = account
    const isThere = async (filter: Filter) => (await users.findOne(filter)) !== null
    if (externalId !== null && (await isThere({ externalId: exactly(externalId) })))
      return 'external_id_taken'
    if (usernameKey !== null && (await isThere(byKey({ usernameKey })))) return 'username_taken'
    if (emailKey !== null && (await isThere(byKey({ emailKey })))) return 'email_taken'
    if (await isThere({ _id: exactly(id) })) throw new Error('An account with this id exists.')
    return undefined
  }

  return Object.freeze<UserStore>({
    create: (account) =>
      run(() =>
        untilDone(async () => {
          const document = newDocument(account, clock())
          try {
            await users.insertOne(document, durable)
            return toAccount(document)
          } catch (error) {
            if (!isDuplicate(error)) throw error
            // The owner may have given the name up since; then it is tried again.
            return await taken(account)
          }
        }),
      ),

    findById: (id) => run(() => findById(id)),

    findByKey: (key) => run(async () => accountOf(await users.findOne(byKey(key)))),

    findExternal: (externalId) =>
      run(async () => {
        const document = await users.findOne({ externalId: exactly(externalId) })
        return document === null ? undefined : (accountOf(document) ?? 'deleted')
      }),

    refreshAccount: (id, sessionId) =>
      soon(async () => {
        // Both at once; each of them only ever becomes stricter.
        const [document, ending] = await Promise.all([
          users.findOne(presentById(id)),
          sessionId === undefined ? null : listed.findOne({ _id: exactly(sessionId) }),
        ])
        if (document === null) return undefined
        const { status, sessionEpoch, roles, scopes } = document
        return { status, sessionEpoch, roles, scopes, sessionEnded: ending !== null }
      }),

    update: (id, { username, name }) =>
      run(async () => {
        const set = {
          updatedAt: clock(),
          ...(username !== undefined && { username: username.shown, usernameKey: username.key }),
          ...(typeof name === 'string' && { name }),
        }
        const update = { $set: set, ...(name === null && { $unset: { name: '' } }) }
        try {
          const document = await users.findOneAndUpdate(presentById(id), update, after)
          return document === null ? 'not_found' : toAccount(document)
        } catch (error) {
          if (isDuplicate(error)) return 'username_taken'
          throw error
        }
      }),

    rehashPassword: (id, from, to) =>
      run(async () => {
        const filter = { ...presentById(id), passwordHash: exactly(from) }
        await users.updateOne(filter, { $set: { passwordHash: to } }, durable)
      }),

    changePassword: (id, expected, next) =>
      run(async () => {
        const now = clock()
        const filter = { ...presentById(id), passwordHash: exactly(expected) }
        const update = { $set: { passwordHash: next, updatedAt: now }, $inc: { sessionEpoch: 1 } }
        const document = await change(filter, update, noteOf('account_ended', now))
        return document?.sessionEpoch ?? 'conflict'
      }),

    setStatus: (id, status) =>
      run(() =>
        untilDone(async () => {
          const now = clock()
          const previous = status === 'disabled' ? 'active' : 'disabled'
          const update = {
            $set: { status, updatedAt: now },
            ...(status === 'disabled' && { $inc: { sessionEpoch: 1 } }),
          }
          const filter = { ...presentById(id), status: previous }
          const document = await change(filter, update, noteOf('account_changed', now))
          if (document !== null) return { account: toAccount(document), previous }
          const account = await findById(id)
          if (account === undefined) return 'not_found'
          // Otherwise somebody set it back meanwhile.
          return account.status === status ? { account, previous: status } : undefined
        }),
      ),

    setRights: (id, { roles, scopes }) =>
      run(async () => {
        const now = clock()
        const rights = {
          ...(roles !== undefined && { roles: [...roles] }),
          ...(scopes !== undefined && { scopes: [...scopes] }),
        }
        const update = { $set: { ...rights, updatedAt: now } }
        const document = await change(presentById(id), update, noteOf('account_changed', now))
        return document === null ? 'not_found' : toAccount(document)
      }),

    list: ({ after: last = '', limit }) =>
      run(async () => {
        const filter = { _id: { $gt: last }, deletedAt: { $exists: false } }
        return (await users.find(filter, { sort: { _id: 1 }, limit }).toArray()).map(toAccount)
      }),

    raiseEpoch: (id) =>
      run(async () => {
        const note = noteOf('account_ended', clock())
        // One after another, so that the epoch that is answered is what this call has written.
        const raised = await turns(id, () =>
          untilDone(async () => {
            const seen = await users.findOne(presentById(id))
            if (seen === null) return 'not_found'
            const sessionEpoch = seen.sessionEpoch + 1
            const filter = { ...presentById(id), sessionEpoch: seen.sessionEpoch }
            const set = { $set: { sessionEpoch, updatedAt: note.at } }
            const isDone = (await changeNoted(filter, set, note)) !== null
            return isDone ? { _id: id, sessionEpoch } : undefined
          }),
        )
        if (raised === 'not_found') return raised
        await announcements.accountNotes(raised, [note])
        return raised.sessionEpoch
      }),

    delete: (id) =>
      run(async () => {
        const deletedAt = clock()
        const update = { $set: { deletedAt }, $unset: personalFields, $inc: { sessionEpoch: 1 } }
        await change(presentById(id), update, noteOf('account_ended', deletedAt))
      }),
  })
}
