/**
 * scrypt (RFC 7914): PHC strings as Passlib and others write them, Django's and Werkzeug's forms.
 *
 * Computed by `node:crypto` on libuv's threads.
 */

import { scrypt } from 'node:crypto'
import { equalBytes, type ReadHash, readBase64, type StoredHash } from './stored-hash.ts'

export interface ScryptCost {
  /** CPU and memory cost, a power of two. */
  readonly N: number
  /** Block size. */
  readonly r: number
  /** Lanes, computed one after the other. */
  readonly p: number
}

/** N × r × p: about two seconds; OWASP's strongest setting is a quarter of it. */
const mostWork = 2 ** 22

/** In bytes. Of any other length it was cut, and would still match: a shorter key is a prefix. */
const outputLengths = [32, 64]

export const scryptMemoryKiB = ({ N, r, p }: ScryptCost): number =>
  Math.ceil((128 * r * (N + p + 2)) / 1024)

export function isAllowedScrypt(cost: ScryptCost, mostKiB: number): boolean {
  const { N, r, p } = cost
  if (!(N > 1 && r > 0 && p > 0 && Number.isInteger(Math.log2(N)))) return false
  return N * r * p <= mostWork && scryptMemoryKiB(cost) <= mostKiB
}

/** Derives a key off the event loop. */
export function deriveScrypt(
  password: Uint8Array,
  salt: Uint8Array,
  bytes: number,
  cost: ScryptCost,
): Promise<Buffer> {
  const maxmem = (scryptMemoryKiB(cost) + 1024) * 1024
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, { ...cost, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

interface Parts {
  readonly cost: ScryptCost
  readonly salt: Uint8Array | undefined
  readonly output: Uint8Array | undefined
}

export const readScrypt: ReadHash = (stored, ceiling) => {
  const parts = readPhc(stored) ?? readDjango(stored) ?? readWerkzeug(stored)
  if (parts === undefined || !isAllowedScrypt(parts.cost, ceiling.memoryKiB)) return undefined
  return storedScrypt(parts)
}

function storedScrypt({ cost, salt, output }: Parts): StoredHash | undefined {
  if (salt === undefined || output === undefined) return undefined
  if (!outputLengths.includes(output.length)) return undefined
  return {
    memoryKiB: scryptMemoryKiB(cost),
    matches: async (password) =>
      equalBytes(await deriveScrypt(password, salt, output.length, cost), output),
  }
}

function readPhc(stored: string): Parts | undefined {
  const parts =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
      stored,
    )
  if (parts === null) return undefined
  const [, ln, r, p, salt = '', output = ''] = parts
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p) }
  return { cost, salt: readBase64(salt), output: readBase64(output) }
}

// Django and Werkzeug take the salt as it is written, not what it may encode.

function readDjango(stored: string): Parts | undefined {
  const parts = /^scrypt\$(\d{1,8})\$([^$]+)\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]+)={0,2}$/.exec(
    stored,
  )
  if (parts === null) return undefined
  const [, N, salt = '', r, p, output = ''] = parts
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  return { cost, salt: Buffer.from(salt), output: readBase64(output) }
}

function readWerkzeug(stored: string): Parts | undefined {
  const parts = /^scrypt:(\d{1,8}):(\d{1,4}):(\d{1,4})\$([^$]+)\$((?:[0-9a-f]{2})+)$/.exec(stored)
  if (parts === null) return undefined
  const [, N, r, p, salt = '', output = ''] = parts
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  return { cost, salt: Buffer.from(salt), output: Buffer.from(output, 'hex') }
}
