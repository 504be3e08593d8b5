/** Recognises a stored password hash: the one list of formats that are verified at log-in. */

import { readArgon2 } from './argon2.ts'
import { readBcrypt } from './bcrypt.ts'
import { readFirebaseScrypt } from './firebase-scrypt.ts'
import { readPbkdf2 } from './pbkdf2.ts'
import { readPrehashedBcrypt } from './prehashed-bcrypt.ts'
import { readScrypt } from './scrypt.ts'
import { type HashCeiling, type ReadHash, type StoredHash, usualCeiling } from './stored-hash.ts'

/** Longer than any string of these formats. */
const mostCharacters = 512

const formats: readonly ReadHash[] = [
  readArgon2,
  readBcrypt,
  readPrehashedBcrypt,
  readScrypt,
  readPbkdf2,
  readFirebaseScrypt,
]

/** @returns undefined when no format knows it, when it is broken, or dearer than the ceiling. */
export function readStoredHash(stored: string, ceiling: HashCeiling): StoredHash | undefined {
  if (stored.length > mostCharacters) return undefined
  for (const read of formats) {
    const found = read(stored, ceiling)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * True when log-in could verify a password against this string: in a known format, whole, and within
 * the usual ceilings. A hash under a pepper is not one: nothing tells here whether it can be opened.
 */
export const isKnownPasswordHash = (text: string): boolean =>
  readStoredHash(text, usualCeiling) !== undefined
