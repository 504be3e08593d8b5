/**
 * bcrypt over a digest of the password, so that more than 72 bytes count and a NUL ends nothing.
 *
 * Ours: `$bcrypt-hmac-sha384$2b$12$…` is bcrypt of base64(HMAC-SHA-384(fixed key, password)), 64
 * characters. The fixed key is no secret: it keeps digests that leaked elsewhere from being tried
 * against our hashes ("password shucking"; OWASP Password Storage, "Pre-hashing passwords with
 * bcrypt"). Foreign: Django's `bcrypt_sha256$`, Passlib's `$bcrypt-sha256$` in both versions.
 */

import { createHash, createHmac, randomBytes } from 'node:crypto'
import { bcryptCost, bcryptMatches, bcryptMemoryKiB, loadBcrypt } from './bcrypt.ts'
import type { OwnFormat } from './own-format.ts'
import type { ReadHash, StoredHash } from './stored-hash.ts'

const ownPrefix = '$bcrypt-hmac-sha384'
const ownKey = 'countersign v1 bcrypt'

/** New hashes by option; `cost` from 10 to 16. */
export function createPrehashedBcrypt(cost: number): OwnFormat {
  const decoy = randomBytes(64).toString('base64').replace(/[+=]/g, '.')
  // The last character of the salt and of the output holds few bits; a zero is right in both places.
  const random = `${decoy.slice(0, 21)}.${decoy.slice(21, 51)}.`
  return Object.freeze({
    memoryKiB: bcryptMemoryKiB,
    decoyHash: `${ownPrefix}$2b$${cost}$${random}`,

    async hash(password: string) {
      const { hash } = await loadBcrypt()
      return ownPrefix + (await hash(ownDigest(Buffer.from(password)), cost))
    },

    isCurrent(stored: string) {
      const found = stored.startsWith(ownPrefix) && bcryptCost(stored.slice(ownPrefix.length))
      return typeof found === 'number' && found >= cost
    },
  })
}

export const readPrehashedBcrypt: ReadHash = (stored) => {
  if (stored.startsWith(`${ownPrefix}$`)) {
    return readOver(stored.slice(ownPrefix.length), ownDigest)
  }
  if (stored.startsWith('bcrypt_sha256$$')) {
    return readOver(stored.slice('bcrypt_sha256$'.length), (password) =>
      createHash('sha256').update(password).digest('hex'),
    )
  }
  return readPasslib(stored)
}

const passlibString =
  /^\$bcrypt-sha256\$(?:v=(2),t=)?(2[ab]),(?:r=)?(\d{1,2})\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/

function readPasslib(stored: string): StoredHash | undefined {
  const parts = passlibString.exec(stored)
  if (parts === null) return undefined
  const [, version, type, cost = '', salt = '', output] = parts
  const digest = (password: Uint8Array): string =>
    version === '2'
      ? createHmac('sha256', salt).update(password).digest('base64')
      : createHash('sha256').update(password).digest('base64')
  return readOver(`$${type}$${cost.padStart(2, '0')}$${salt}${output}`, digest)
}

function readOver(
  bcrypt: string,
  digest: (password: Uint8Array) => string,
): StoredHash | undefined {
  if (bcryptCost(bcrypt) === undefined) return undefined
  return {
    memoryKiB: bcryptMemoryKiB,
    matches: (password) => bcryptMatches(bcrypt, Buffer.from(digest(password))),
  }
}

const ownDigest = (password: Uint8Array): string =>
  createHmac('sha384', ownKey).update(password).digest('base64')
