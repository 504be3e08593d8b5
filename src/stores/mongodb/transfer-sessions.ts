/** Live sessions of another store, written into MongoDB. */

import type { LiveSession, StoredSession } from '../../sessions/session.ts'
import { decideSessionImport } from '../decide-import.ts'
import type { ImportTable } from '../import-records.ts'
import { exactly, isDuplicate } from './client.ts'
import { type Connection, durable } from './connection.ts'
import {
  newSessionDocument,
  rotationUpdate,
  type SessionDocument,
  toSession,
} from './session-document.ts'

export function sessionTable({
  collection,
  run,
}: Connection): ImportTable<StoredSession, LiveSession> {
  const sessions = collection<SessionDocument>('sessions')

  const read = (ids: readonly string[]) =>
    run(async () => (await sessions.find({ _id: { $in: ids } }).toArray()).map(toSession))

  return {
    decide: decideSessionImport,
    read,

    add: (given) =>
      run(async () => {
        const documents = given.map(newSessionDocument)
        try {
          await sessions.insertMany(documents, { ordered: false, ...durable })
          return new Set(given.map(({ id }) => id))
        } catch (error) {
          if (!isDuplicate(error)) throw error
          return new Set<string>()
        }
      }),

    replace: (stored, session) =>
      run(async () => {
        if (stored.status === 'ended') return false
        const seen = { generation: stored.generation, forkedAt: stored.forkedAt }
        const filter = { _id: exactly(stored.id), status: 'live', ...seen }
        const update = rotationUpdate(session.id, session)
        return (await sessions.updateOne(filter, update, durable)).matchedCount === 1
      }),

    makeRoom: async () => false,
  }
}
