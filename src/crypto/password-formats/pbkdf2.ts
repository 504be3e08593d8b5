/**
 * PBKDF2 (RFC 8018 §5.2) as Django, Passlib and Werkzeug write it.
 *
 * Computed by `node:crypto` on libuv's threads.
 */

import { pbkdf2 } from 'node:crypto'
import { equalBytes, type ReadHash, readBase64 } from './stored-hash.ts'

/** Rounds of the digest; two to four seconds. Django's default of 2026 is 1.5 million. */
const mostIterations = 5_000_000
/**
 * Each digest's length in bytes, which is also the output's: more would cost the rounds once more, and
 * less is a hash that was cut, which would still match.
 */
const digestBytes: Readonly<Record<string, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
}
/** PBKDF2 holds next to nothing. */
const memoryKiB = 1

interface Parts {
  readonly digest: string
  readonly iterations: number
  readonly salt: Uint8Array
  readonly output: Uint8Array | undefined
}

export const readPbkdf2: ReadHash = (stored) => {
  const parts = readDjango(stored) ?? readPasslib(stored) ?? readWerkzeug(stored)
  if (parts === undefined) return undefined
  const { digest, iterations, salt, output } = parts
  if (iterations < 1 || iterations > mostIterations) return undefined
  if (output === undefined || output.length !== digestBytes[digest]) return undefined
  return {
    memoryKiB,
    matches: async (password) =>
      equalBytes(await derive(password, { digest, iterations, salt, output }), output),
  }
}

function derive(
  password: Uint8Array,
  { salt, iterations, output, digest }: Parts & { readonly output: Uint8Array },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pbkdf2(password, salt, iterations, output.length, digest, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function readDjango(stored: string): Parts | undefined {
  const parts = /^pbkdf2_(sha1|sha256)\$(\d{1,8})\$([^$]+)\$([A-Za-z0-9+/]+)={0,2}$/.exec(stored)
  if (parts === null) return undefined
  const [, digest = '', iterations, salt = '', output = ''] = parts
  // The salt counts as it is written, not what it may encode; so it does in Werkzeug.
  const bytes = { salt: Buffer.from(salt), output: readBase64(output) }
  return { digest, iterations: Number(iterations), ...bytes }
}

/** Passlib writes base64 with `.` in the place of `+`; without a digest it means SHA-1. */
function readPasslib(stored: string): Parts | undefined {
  const parts =
    /^\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,8})\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)$/.exec(stored)
  if (parts === null) return undefined
  const [, digest = 'sha1', iterations, ...encoded] = parts
  const [salt, output] = encoded.map((text) => readBase64(text.replaceAll('.', '+')))
  if (salt === undefined) return undefined
  return { digest, iterations: Number(iterations), salt, output }
}

function readWerkzeug(stored: string): Parts | undefined {
  const parts =
    /^pbkdf2:(sha1|sha224|sha256|sha384|sha512):(\d{1,8})\$([^$]+)\$((?:[0-9a-f]{2})+)$/.exec(
      stored,
    )
  if (parts === null) return undefined
  const [, digest = '', iterations, salt = '', output = ''] = parts
  const bytes = { salt: Buffer.from(salt), output: Buffer.from(output, 'hex') }
  return { digest, iterations: Number(iterations), ...bytes }
}
