/**
 * The indexes, made at every start. Making one that is there is no mistake, for any number of
 * processes at once.
 */

import type { Collection } from './client.ts'
import type { Connection } from './connection.ts'

type Index = readonly [keys: object, options?: { readonly unique?: true; readonly sparse?: true }]

/**
 * Names are unique only among accounts that have one: an absent field is not in a sparse index, so
 * fields that hold nothing are left out of the document, never null.
 */
const indexes: Readonly<Record<string, readonly Index[]>> = {
  users: [
    [{ usernameKey: 1 }, { unique: true, sparse: true }],
    [{ emailKey: 1 }, { unique: true, sparse: true }],
    [{ externalId: 1 }, { unique: true, sparse: true }],
    [{ 'outbox.at': 1 }, { sparse: true }],
  ],
  sessions: [
    [{ accountId: 1, status: 1, bornAt: -1 }],
    [{ bornAt: 1 }],
    [{ unannouncedSince: 1 }, { sparse: true }],
  ],
  session_limits: [[{ at: 1 }]],
  ended_sessions: [[{ endedAt: 1 }], [{ unannouncedSince: 1 }, { sparse: true }]],
  signing_keys: [[{ kid: 1 }, { unique: true }]],
  one_time_tokens: [[{ tokenHash: 1 }, { unique: true }], [{ accountId: 1 }], [{ expiresAt: 1 }]],
  attempts: [[{ expiresAt: 1 }]],
  revocations: [[{ key: 1 }, { unique: true }], [{ at: 1 }]],
}

export async function makeIndexes(connection: Connection): Promise<void> {
  for (const [name, list] of Object.entries(indexes)) {
    const collection: Collection<unknown> = connection.collection(name)
    for (const [keys, options] of list) await collection.createIndex(keys, options ?? {})
  }
}
