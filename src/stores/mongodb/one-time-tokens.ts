/**
 * One-time tokens in MongoDB. Account and purpose are the id, so a new token replaces the earlier one in
 * one step; finding and removing is one step as well.
 */

import type { Clock } from '../../clock.ts'
import type { OneTimeTokenStore } from '../ports.ts'
import { exactly, isDuplicate } from './client.ts'
import { type Connection, durable, untilDone } from './connection.ts'
import type { StoredBytes } from './session-document.ts'

export interface TokenDocument {
  readonly _id: string
  readonly tokenHash: StoredBytes
  readonly purpose: string
  readonly accountId: string
  readonly data: string | null
  readonly expiresAt: number
}

export function mongoOneTimeTokens(
  { collection, run }: Connection,
  clock: Clock,
): OneTimeTokenStore {
  const tokens = collection<TokenDocument>('one_time_tokens')

  return Object.freeze<OneTimeTokenStore>({
    put: ({ tokenHash, purpose, accountId, data, expiresAt }) =>
      run(async () => {
        await untilDone(async () => {
          const _id = `${accountId} ${purpose}`
          const token = { tokenHash: Buffer.from(tokenHash), purpose, accountId, data, expiresAt }
          try {
            await tokens.replaceOne({ _id: exactly(_id) }, token, { upsert: true, ...durable })
            return true
          } catch (error) {
            // Two that found none both insert; the one that is refused replaces.
            if (isDuplicate(error)) return undefined
            throw error
          }
        })
      }),

    consume: (tokenHash, purpose) =>
      run(async () => {
        const filter = { tokenHash: exactly(Buffer.from(tokenHash)), purpose: exactly(purpose) }
        const token = await tokens.findOneAndDelete(filter, durable)
        if (token === null || token.expiresAt <= clock()) return undefined
        return { accountId: token.accountId, data: token.data }
      }),

    removeAll: (accountId, purpose) =>
      run(async () => {
        const ofPurpose = purpose === undefined ? {} : { purpose: exactly(purpose) }
        await tokens.deleteMany({ accountId: exactly(accountId), ...ofPurpose }, durable)
      }),

    prune: () =>
      run(async () => {
        await tokens.deleteMany({ expiresAt: { $lte: clock() } })
      }),
  })
}
