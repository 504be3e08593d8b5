/**
 * Moving to another store and from one, in MongoDB: documents in order of their ids.
 */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { importRecords } from '../import-records.ts'
import type { AccountRecord, ListedEnding, OneTimeToken, TransferStore } from '../ports.ts'
import { isDuplicate } from './client.ts'
import { type Connection, durable } from './connection.ts'
import type { ListedDocument } from './ended-list.ts'
import type { TokenDocument } from './one-time-tokens.ts'
import type { RevocationLog } from './revocation-log.ts'
import { bytesOf, type SessionDocument } from './session-document.ts'
import { accountTable, toRecord } from './transfer-accounts.ts'
import { sessionTable } from './transfer-sessions.ts'
import type { UserDocument } from './user-documents.ts'

export function mongoTransfer(
  connection: Connection,
  log: RevocationLog,
  clock: Clock,
): TransferStore {
  const { run } = connection
  const users = connection.collection<UserDocument>('users')
  const sessions = connection.collection<SessionDocument>('sessions')
  const listed = connection.collection<ListedDocument>('ended_sessions')
  const tokens = connection.collection<TokenDocument>('one_time_tokens')
  const present = { deletedAt: { $exists: false } }

  return Object.freeze<TransferStore>({
    countAccounts: () => run(() => users.countDocuments(present)),

    exportAccounts: ({ after = '', limit }) =>
      run(async (): Promise<readonly AccountRecord[]> => {
        const filter = { _id: { $gt: after }, ...present }
        return (await users.find(filter, { sort: { _id: 1 }, limit }).toArray()).map(toRecord)
      }),

    importAccounts: (records, { takeNames }) =>
      importRecords(accountTable(connection, takeNames), records),

    exportRetired: ({ after = '', limit }) =>
      run(async () => {
        const filter = { externalId: { $gt: after }, deletedAt: { $exists: true } }
        const options = { sort: { externalId: 1 }, limit, projection: { externalId: 1 } }
        const found = await users.find(filter, options).toArray()
        return found.map(({ externalId = '' }) => externalId)
      }),

    importRetired: (externalIds) =>
      run(async () => {
        const deletedAt = clock()
        // What is left of an account that was deleted; its id was never known here.
        const left = externalIds.map((externalId) => ({ _id: randomUUID(), externalId, deletedAt }))
        await insertMissing(left, (documents, options) =>
          users.insertMany(documents as unknown as readonly UserDocument[], options),
        )
      }),

    async importSessions(given) {
      const outcomes = await importRecords(sessionTable(connection), given)
      return outcomes.filter((outcome) => outcome === 'written').length
    },

    newestSessionId: () =>
      run(async () => {
        const options = { sort: { _id: -1 }, limit: 1, projection: { _id: 1 } }
        return (await sessions.find({}, options).toArray())[0]?._id
      }),

    exportEndings: ({ after = '', limit }) =>
      run(async () => {
        const options = { sort: { _id: 1 }, limit }
        const beyond = { _id: { $gt: after } }
        const [ended, onList] = await Promise.all([
          sessions.find({ ...beyond, status: 'ended' }, options).toArray(),
          listed.find(beyond, options).toArray(),
        ])
        const all = new Map<string, ListedEnding>()
        for (const { _id: sessionId, accountId, endReason } of ended) {
          all.set(sessionId, { sessionId, accountId, reason: endReason ?? 'logout' })
        }
        for (const { _id: sessionId, accountId, reason } of onList) {
          all.set(sessionId, { sessionId, accountId, reason })
        }
        const sorted = [...all.values()].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))
        return sorted.slice(0, limit)
      }),

    importEndings: (endings) =>
      run(async () => {
        const endedAt = clock()
        const documents = endings.map(({ sessionId: _id, accountId, reason }) => ({
          ...{ _id, accountId, reason, endedAt },
        }))
        await insertMissing(documents, (some, options) => listed.insertMany(some, options))
      }),

    exportTokens: () =>
      run(async () => (await tokens.find({}).toArray()).map((token) => toToken(token))),

    announce: (entries) =>
      run(() =>
        log.append(entries.map((revocation) => ({ key: `moved:${randomUUID()}`, revocation }))),
      ),
  })
}

/** Leaves out those that are there. */
async function insertMissing<Stored>(
  documents: readonly Stored[],
  insert: (documents: readonly Stored[], options: object) => Promise<unknown>,
): Promise<void> {
  if (documents.length === 0) return
  try {
    await insert(documents, { ordered: false, ...durable })
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}

const toToken = ({
  tokenHash,
  purpose,
  accountId,
  data,
  expiresAt,
}: TokenDocument): OneTimeToken => ({
  tokenHash: bytesOf(tokenHash),
  ...{ purpose, accountId, data, expiresAt },
})
