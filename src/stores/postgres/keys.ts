/**
 * Signing keys in PostgreSQL; the private parts arrive sealed.
 */

import type { KeyStore, StoredKey } from '../ports.ts'
import type { Database } from './database.ts'

interface KeyRow {
  readonly sequence: number
  readonly kid: string
  readonly algorithm: string
  readonly public_jwk: string
  readonly sealed_private_jwk: string
  readonly created_at: string
  readonly active_at: string
}

export function postgresKeys(database: Database): KeyStore {
  return Object.freeze<KeyStore>({
    async listKeys() {
      const rows = await database.run<KeyRow>(
        `SELECT sequence, kid, algorithm, public_jwk, sealed_private_jwk, created_at, active_at
          FROM {schema}.signing_keys ORDER BY sequence`,
      )
      return rows.map(toKey)
    },

    async addKey(key) {
      const added = await database.run(
        `INSERT INTO {schema}.signing_keys
            (sequence, kid, algorithm, public_jwk, sealed_private_jwk, created_at, active_at)
          SELECT :sequence::integer, :kid, :algorithm, :publicJwk, :sealedPrivateJwk,
            :createdAt::bigint, :activeAt::bigint
          WHERE {durably}
          ON CONFLICT DO NOTHING RETURNING sequence`,
        {
          sequence: key.sequence,
          kid: key.kid,
          algorithm: key.algorithm,
          publicJwk: JSON.stringify(key.publicJwk),
          sealedPrivateJwk: key.sealedPrivateJwk,
          createdAt: key.createdAt,
          activeAt: key.activeAt,
        },
      )
      return added.length === 1 ? 'added' : 'exists'
    },

    async resealKey(kid, sealedPrivateJwk) {
      await database.run(
        `UPDATE {schema}.signing_keys SET sealed_private_jwk = :sealedPrivateJwk
          WHERE kid = :kid AND {durably}`,
        { kid, sealedPrivateJwk },
      )
    },

    async removeKey(kid) {
      await database.run('DELETE FROM {schema}.signing_keys WHERE kid = :kid AND {durably}', {
        kid,
      })
    },
  })
}

function toKey(row: KeyRow): StoredKey {
  return {
    sequence: row.sequence,
    kid: row.kid,
    algorithm: row.algorithm,
    publicJwk: JSON.parse(row.public_jwk),
    sealedPrivateJwk: row.sealed_private_jwk,
    createdAt: Number(row.created_at),
    activeAt: Number(row.active_at),
  }
}
