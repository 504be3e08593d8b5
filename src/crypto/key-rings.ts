/**
 * Key derivation: one server secret, a key per purpose (HKDF, RFC 5869).
 *
 * Several secrets may be given: the first makes new values, all are accepted. To rotate a secret
 * deploy old+new, then new+old. A derived key is named by one byte, which travels with what it made.
 */

import { hkdfSync } from 'node:crypto'

export type KeyPurpose =
  | 'refresh token mac'
  | 'signing key seal'
  | 'device token mac'
  | 'counter keys'
  | 'password pepper'
  | 'session ids'

export interface DerivedKey {
  /** First byte of HKDF(secret, 'key id'). */
  readonly id: number
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface KeyRing {
  readonly current: DerivedKey
  /** The current one first. */
  readonly all: readonly DerivedKey[]
  find(id: number): DerivedKey | undefined
}

/** Least length of a server secret, in bytes. */
export const minimumSecretBytes = 32

/** @returns the id by which a secret's derived keys are told apart. */
export function secretKeyId(secret: string): number {
  return derive(secret, 'key id', 1)[0] as number
}

/** Derives the ring of one purpose. The secrets were checked: long enough, ids all different. */
export function createKeyRing(secrets: readonly string[], purpose: KeyPurpose): KeyRing {
  const keys = new Map(
    secrets.map((secret) => {
      const id = secretKeyId(secret)
      return [id, Object.freeze({ id, key: derive(secret, purpose, 32) })]
    }),
  )
  const current = keys.values().next().value
  if (current === undefined) throw new TypeError('createKeyRing needs at least one secret')
  const all = Object.freeze([...keys.values()])
  return Object.freeze({ current, all, find: (id: number) => keys.get(id) })
}

function derive(secret: string, purpose: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'countersign v1', purpose, length))
}
