/**
 * The pepper: password hashes sealed with a key that is not in the database (NIST SP 800-63B-4
 * §3.1.1.2; OWASP Password Storage, "Peppering").
 *
 * Form: `$sealed$v=1$` and a sealed value, whose first byte is the key's id. Sealed, not hashed with a
 * key, so that a pepper can be changed without the password; see docs/decisions/0005-pepper.md.
 */

import { createKeyRing, type KeyRing } from './key-rings.ts'
import { isSealedWithCurrentKey, openSealedValue, sealValue } from './sealed-value.ts'

export interface PepperedHashes {
  /** @returns the hash as it is stored: sealed, where there is a pepper. */
  seal(hash: string): string
  /**
   * @returns the hash within; an empty string when it is damaged; undefined when it was sealed with a
   * pepper that is not here.
   */
  open(stored: string): string | undefined
  /** True when `seal` would not do anything else today. */
  isCurrent(stored: string): boolean
}

const prefix = '$sealed$v=1$'
const context = 'password hash'

/** Of several peppers the first seals and all open. With none, hashes are stored as they are. */
export function createPepperedHashes(peppers: readonly string[]): PepperedHashes {
  const ring = peppers.length > 0 ? createKeyRing(peppers, 'password pepper') : undefined
  return Object.freeze({
    seal: (hash: string) => (ring ? prefix + sealValue(ring, hash, context) : hash),

    open(stored: string) {
      if (!stored.startsWith(prefix)) return stored
      const sealed = stored.slice(prefix.length)
      if (!isSealedWithKeyOf(ring, sealed)) return undefined
      return openSealedValue(ring, sealed, context) ?? ''
    },

    isCurrent(stored: string) {
      if (ring === undefined) return !stored.startsWith(prefix)
      return stored.startsWith(prefix) && isSealedWithCurrentKey(ring, stored.slice(prefix.length))
    },
  })
}

const isSealedWithKeyOf = (ring: KeyRing | undefined, sealed: string): ring is KeyRing =>
  ring?.find(Buffer.from(sealed, 'base64url')[0] ?? -1) !== undefined
