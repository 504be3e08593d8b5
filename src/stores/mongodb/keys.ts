/**
 * Signing keys in MongoDB; the private parts arrive sealed. The sequence is the id, so that of two
 * processes that add the same one only one does.
 */

import type { KeyStore, StoredKey } from '../ports.ts'
import { exactly, isDuplicate } from './client.ts'
import { type Connection, durable } from './connection.ts'

type KeyDocument = Omit<StoredKey, 'sequence' | 'publicJwk'> & {
  readonly _id: number
  /** JSON, so that it comes back as it was given. */
  readonly publicJwk: string
}

export function mongoKeys({ collection, run }: Connection): KeyStore {
  const keys = collection<KeyDocument>('signing_keys')

  return Object.freeze<KeyStore>({
    listKeys: () =>
      run(async () => (await keys.find({}, { sort: { _id: 1 } }).toArray()).map(toKey)),

    addKey: ({ sequence, publicJwk, ...key }) =>
      run(async () => {
        const document = { _id: sequence, publicJwk: JSON.stringify(publicJwk), ...key }
        try {
          await keys.insertOne(document, durable)
          return 'added'
        } catch (error) {
          if (isDuplicate(error)) return 'exists'
          throw error
        }
      }),

    resealKey: (kid, sealedPrivateJwk) =>
      run(async () => {
        await keys.updateOne({ kid: exactly(kid) }, { $set: { sealedPrivateJwk } }, durable)
      }),

    removeKey: (kid) =>
      run(async () => {
        await keys.deleteOne({ kid: exactly(kid) }, durable)
      }),
  })
}

const toKey = ({ _id, publicJwk, ...key }: KeyDocument): StoredKey => ({
  sequence: _id,
  kid: key.kid,
  algorithm: key.algorithm,
  publicJwk: JSON.parse(publicJwk),
  sealedPrivateJwk: key.sealedPrivateJwk,
  createdAt: key.createdAt,
  activeAt: key.activeAt,
})
