/**
 * Signing keys in SQLite; the private parts arrive sealed.
 */

import type { KeyStore, StoredKey } from '../ports.ts'
import type { Database } from './database.ts'

interface KeyRow {
  readonly sequence: number
  readonly kid: string
  readonly algorithm: string
  readonly public_jwk: string
  readonly sealed_private_jwk: string
  readonly created_at: number
  readonly active_at: number
}

export function sqliteKeys(database: Database): KeyStore {
  return Object.freeze<KeyStore>({
    listKeys: () =>
      database.read((queries) =>
        queries.all<KeyRow>('SELECT * FROM signing_keys ORDER BY sequence').map(toKey),
      ),

    addKey: (key) =>
      database.transaction(
        (transaction) => {
          const added = transaction.run(
            `INSERT INTO signing_keys
              (sequence, kid, algorithm, public_jwk, sealed_private_jwk, created_at, active_at)
              VALUES (?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT DO NOTHING`,
            [
              key.sequence,
              key.kid,
              key.algorithm,
              JSON.stringify(key.publicJwk),
              key.sealedPrivateJwk,
              key.createdAt,
              key.activeAt,
            ],
          )
          return added === 1 ? 'added' : 'exists'
        },
        { durable: true },
      ),

    resealKey: (kid, sealedPrivateJwk) =>
      database.transaction((transaction) => {
        transaction.run('UPDATE signing_keys SET sealed_private_jwk = ? WHERE kid = ?', [
          sealedPrivateJwk,
          kid,
        ])
      }),

    removeKey: (kid) =>
      database.transaction(
        (transaction) => {
          transaction.run('DELETE FROM signing_keys WHERE kid = ?', [kid])
        },
        { durable: true },
      ),
  })
}

function toKey(row: KeyRow): StoredKey {
  return {
    sequence: row.sequence,
    kid: row.kid,
    algorithm: row.algorithm,
    publicJwk: JSON.parse(row.public_jwk),
    sealedPrivateJwk: row.sealed_private_jwk,
    createdAt: row.created_at,
    activeAt: row.active_at,
  }
}
