/** Whole accounts in MongoDB, with the forms of their names that are compared. */

import { decideAccountImport } from '../decide-import.ts'
import type { ImportTable } from '../import-records.ts'
import type { AccountRecord } from '../ports.ts'
import { exactly, isDuplicate } from './client.ts'
import { type Connection, durable } from './connection.ts'
import { newDocument, toAccount, type UserDocument } from './user-documents.ts'

export const toRecord = (document: UserDocument): AccountRecord => ({
  ...toAccount(document),
  usernameKey: document.usernameKey ?? null,
  emailKey: document.emailKey ?? null,
})

const toDocument = (record: AccountRecord): UserDocument => ({
  ...newDocument(record, record.createdAt),
  emailVerified: record.emailVerified,
  status: record.status,
  sessionEpoch: record.sessionEpoch,
  updatedAt: record.updatedAt,
})

export function accountTable(
  { collection, run }: Connection,
  takeNames: boolean,
): ImportTable<AccountRecord, AccountRecord> {
  const users = collection<UserDocument>('users')
  const present = { deletedAt: { $exists: false } }

  const read = (ids: readonly string[]) =>
    run(async () => (await users.find({ _id: { $in: ids }, ...present }).toArray()).map(toRecord))

  return {
    decide: decideAccountImport,
    read,

    async add(records) {
      try {
        const documents = records.map(toDocument)
        await run(() => users.insertMany(documents, { ordered: false, ...durable }))
        return new Set(records.map(({ id }) => id))
      } catch (error) {
        if (!isDuplicate(causeOf(error))) throw error
        // Those that are in nobody's way have been inserted.
        return new Set((await read(records.map(({ id }) => id))).map(({ id }) => id))
      }
    },

    async replace(stored, record) {
      const { _id, ...document } = toDocument(record)
      const seen = { sessionEpoch: stored.sessionEpoch, updatedAt: stored.updatedAt }
      try {
        const filter = { _id: exactly(_id), ...present, ...seen }
        const { matchedCount } = await run(() => users.replaceOne(filter, document, durable))
        return matchedCount === 1
      } catch (error) {
        if (isDuplicate(causeOf(error))) return 'taken'
        throw error
      }
    },

    async makeRoom({ id, usernameKey, emailKey }) {
      if (!takeNames) return false
      const free = (key: string, value: string | null, without: object) =>
        value === null
          ? { matchedCount: 0 }
          : run(() =>
              users.updateOne(
                { [key]: exactly(value), _id: { $ne: id } },
                { $unset: without },
                durable,
              ),
            )
      const named = await free('usernameKey', usernameKey, { username: '', usernameKey: '' })
      const addressed = await free('emailKey', emailKey, { email: '', emailKey: '' })
      return named.matchedCount + addressed.matchedCount > 0
    },
  }
}

/** What the server said; a step wraps it. */
const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined)
