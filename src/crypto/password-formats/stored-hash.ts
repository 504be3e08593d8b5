/**
 * What every format of a stored password hash offers, and the ceilings that all of them keep.
 *
 * A format recognises its strings and checks a password; it knows no queue, no pepper and no policy.
 * Ceilings: OWASP ASVS 5.0 15.2.2; SECURITY.md H7.
 */

import { timingSafeEqual } from 'node:crypto'

/** A hash that was read: in a known form, whole, and not dearer than the ceiling. */
export interface StoredHash {
  /** Memory that one check holds, in KiB. */
  readonly memoryKiB: number
  /**
   * Hashes the bytes as the hash says, off the event loop, and compares in constant time. Rejects when
   * the machine fails, most likely for want of memory: the string itself was found good.
   */
  matches(password: Uint8Array): Promise<boolean>
}

/**
 * The most that a stored hash may cost. A damaged or planted one must not be able to take all memory
 * or hold a worker for long.
 */
export interface HashCeiling {
  /** Memory in KiB, whatever the algorithm. */
  readonly memoryKiB: number
  /** Argon2: memory in KiB times passes. */
  readonly argon2Work: number
}

/** @returns undefined for another format, a broken string, and one beyond the ceiling. */
export type ReadHash = (stored: string, ceiling: HashCeiling) => StoredHash | undefined

/** 256 MiB and four passes over them: two seconds or so, as are the limits of the other formats. */
export const usualCeiling: HashCeiling = Object.freeze({
  memoryKiB: 262_144,
  argon2Work: 1_048_576,
})

/** Fewer bytes of output than this could be guessed, or were cut off. */
const leastOutputBytes = 16
const mostOutputBytes = 64

/** Decodes base64 with the standard alphabet and no padding. @returns undefined when it is not. */
export function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return writeBase64(bytes) === text ? bytes : undefined
}

export const writeBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/=+$/, '')

export const isUsualOutput = (output: Uint8Array | undefined): output is Uint8Array =>
  output !== undefined && output.length >= leastOutputBytes && output.length <= mostOutputBytes

export const equalBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
