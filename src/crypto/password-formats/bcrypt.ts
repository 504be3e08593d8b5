/**
 * Plain bcrypt as every library writes it (`$2a$`, `$2b$`, `$2x$`, PHP's `$2y$`), for imported hashes.
 *
 * It is compared as the old system did: 72 bytes count, and up to a NUL where that ended the text.
 */

import type { ReadHash } from './stored-hash.ts'

/** Every further step doubles the time; 16 takes about four seconds. */
const mostBcryptCost = 16
const leastBcryptCost = 4
/** bcrypt holds 4 KiB of state. */
export const bcryptMemoryKiB = 4

const bcryptString = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/

/** @returns the cost, or undefined when it is no bcrypt hash or too dear. */
export function bcryptCost(stored: string): number | undefined {
  const cost = Number(bcryptString.exec(stored)?.[1])
  return cost >= leastBcryptCost && cost <= mostBcryptCost ? cost : undefined
}

export async function bcryptMatches(stored: string, password: Uint8Array): Promise<boolean> {
  const { verify } = await loadBcrypt()
  return verify(password, stored)
}

export const loadBcrypt = () => import('@node-rs/bcrypt')

/** Also Django's `bcrypt$`. */
export const readBcrypt: ReadHash = (stored) => {
  const plain = stored.startsWith('bcrypt$$2') ? stored.slice('bcrypt$'.length) : stored
  if (bcryptCost(plain) === undefined) return undefined
  return {
    memoryKiB: bcryptMemoryKiB,
    async matches(password) {
      if (await bcryptMatches(plain, password)) return true
      // Libraries that handed the text to C (npm's bcrypt before 5, PHP before 8) stopped here.
      const end = password.indexOf(0)
      return end > 0 && bcryptMatches(plain, password.subarray(0, end))
    },
  }
}
