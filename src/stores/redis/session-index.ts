/**
 * Finds the sessions of an account, for its list and its limit. Never needed for safety.
 *
 * A key of its own costs more in Redis than a session's id, so accounts share keys, each with its whole
 * id beside every session (docs/decisions/0021-accounts-share-index-keys.md).
 */

import { createHash } from 'node:crypto'
import { uuidBytes, uuidFromBytes } from '../../crypto/uuid.ts'
import type { Commands } from './commands.ts'
import { addToIndexScript, leaveIndexScript, readIndexScript } from './index-scripts.ts'

export interface SessionIndex {
  /** @returns the ids of an account, in no order. */
  read(accountId: string): Promise<string[]>
  /** Adds a session that may be there already. */
  keep(accountId: string, id: string): Promise<void>
  /**
   * Adds a new session.
   *
   * @returns the ids of the account, in no order, when they are more than `most`; else none.
   */
  add(accountId: string, id: string, most: number): Promise<string[]>
  leave(accountId: string, ids: readonly string[]): Promise<void>
}

interface IndexOptions {
  readonly prefix: string
  /** In milliseconds. */
  readonly absoluteLifetime: number
  /** Stands for Redis's clock in tests. */
  readonly clock?: (() => number) | undefined
}

export function createSessionIndex(commands: Commands, options: IndexOptions): SessionIndex {
  const { prefix, absoluteLifetime, clock } = options
  const keyOf = (accountId: string): string => `${prefix}i:${bucketOf(accountId)}`

  const send = async (accountId: string, id: string, most: string): Promise<string[]> => {
    const args = [accountBytes(accountId), uuidBytes(id), most, String(absoluteLifetime)]
    const now = clock === undefined ? '' : String(clock())
    return idsOf(await commands.run(addToIndexScript, keyOf(accountId), [...args, now]))
  }

  return {
    async read(accountId) {
      const args = [accountBytes(accountId)]
      return idsOf(await commands.run(readIndexScript, keyOf(accountId), args))
    },
    keep: async (accountId, id) => void (await send(accountId, id, '')),
    add: (accountId, id, most) => send(accountId, id, String(most)),
    async leave(accountId, ids) {
      if (ids.length === 0) return
      const gone = Buffer.concat(ids.map(uuidBytes))
      await commands.run(leaveIndexScript, keyOf(accountId), [accountBytes(accountId), gone])
    },
  }
}

/** One of 4096. By a hash, since not all kinds of UUID are random in the same place. */
const bucketOf = (accountId: string): string =>
  createHash('sha256').update(uuidBytes(accountId)).digest('hex').slice(0, 3)

/**
 * The last byte first: those of UUIDs begin alike, and a search that meets another account's first
 * byte in every entry takes twice as long.
 */
const accountBytes = (accountId: string): Buffer => uuidBytes(accountId).reverse()

/** A repeated restore or import may have added one twice. */
function idsOf(reply: unknown): string[] {
  const bytes = reply as Buffer
  const ids = Array.from({ length: bytes.length / 16 }, (_, index) =>
    uuidFromBytes(bytes, index * 16),
  )
  return [...new Set(ids)]
}
