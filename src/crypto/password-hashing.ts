/**
 * Password hashes: Argon2id (RFC 9106) as PHC strings, in a bounded pool off the event loop.
 *
 * Takes passwords as `flows/password-policy.ts` prepared them; says nothing about which are good.
 * Parameters: OWASP Password Storage; bounds: SECURITY.md §3; decoy: OWASP ASVS 5.0 6.3.8.
 */

import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { unavailable } from '../errors.ts'
import { createWorkQueue } from './work-queue.ts'

export interface PasswordHashingOptions {
  /** Memory of one hash in KiB. @default 19456 */
  readonly memoryKiB?: number
  /** Passes over the memory. @default 2 */
  readonly iterations?: number
  /** Lanes. @default 1 */
  readonly parallelism?: number
  /**
   * Hashes at work at the same time; each holds its memory.
   * @default one less than there are cores and libuv threads, at least 1
   */
  readonly concurrency?: number
  /** Hashes that may wait. @default concurrency × 10 */
  readonly queueLimit?: number
}

/** Both promises reject with `temporarily_unavailable` at once when too many are waiting. */
export interface PasswordHashing {
  /** @returns a PHC string with a fresh salt. */
  hash(password: string): Promise<string>
  /** Compares in constant time. A malformed stored hash costs the same work and never matches. */
  verify(password: string, passwordHash: string): Promise<boolean>
  /** True when the hash is weaker than what `hash` makes now, or cannot be read. */
  needsRehash(passwordHash: string): boolean
  /** Matches no password; verify against it where there is no account. */
  readonly decoyHash: string
}

interface StoredParameters {
  readonly current: boolean
  readonly memoryKiB: number
  readonly iterations: number
  readonly saltBytes: number
  readonly outputBytes: number
}

const defaults = { memoryKiB: 19_456, iterations: 2, parallelism: 1 }
const argon2id = 2
const saltBytes = 16
const outputBytes = 32

// A damaged or planted hash must not be able to take all memory or hold a worker for hours.
const ceiling = { length: 512, memoryKiB: 1_048_576, iterations: 100 }

export function createPasswordHashing(options: PasswordHashingOptions = {}): PasswordHashing {
  const { memoryKiB, iterations, parallelism } = { ...defaults, ...options }
  const concurrency = options.concurrency ?? defaultConcurrency()
  const queue = createWorkQueue({
    concurrency,
    queueLimit: options.queueLimit ?? concurrency * 10,
  })
  const parameters = `m=${memoryKiB},t=${iterations},p=${parallelism}`
  const decoyHash = `$argon2id$v=19$${parameters}$${randomBase64(saltBytes)}$${randomBase64(outputBytes)}`

  return Object.freeze({
    decoyHash,

    hash: (password: string) =>
      queue.run(async () => {
        const argon2 = await loadArgon2()
        const cost = { memoryCost: memoryKiB, timeCost: iterations, parallelism }
        const salt = randomBytes(saltBytes)
        return argon2.hash(password, { ...cost, algorithm: argon2id, outputLen: outputBytes, salt })
      }),

    verify: (password: string, passwordHash: string) =>
      queue.run(async () => {
        if (bcryptString.test(passwordHash)) {
          const bcrypt = await import('@node-rs/bcrypt')
          return bcrypt.verify(password, passwordHash)
        }
        const argon2 = await loadArgon2()
        const readable = isReadable(argon2, passwordHash)
        const matches = await argon2
          .verify(readable ? passwordHash : decoyHash, password)
          .catch((cause: unknown) => Promise.reject(unavailable(cause)))
        return matches && readable
      }),

    needsRehash(passwordHash: string) {
      const stored = readParameters(passwordHash)
      if (!stored?.current) return true
      if (stored.memoryKiB < memoryKiB || stored.iterations < iterations) return true
      return stored.saltBytes < saltBytes || stored.outputBytes < outputBytes
    },
  })
}

/** True for a hash that `verify` can read. */
export const isKnownPasswordHash = (passwordHash: string): boolean =>
  bcryptString.test(passwordHash) || readParameters(passwordHash) !== undefined

// A cost above 15 would hold a worker for seconds.
const bcryptString = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/

// Native and not small: loaded at the first use, so that start-up stays fast.
const loadArgon2 = () => import('@node-rs/argon2')

function isReadable(argon2: Awaited<ReturnType<typeof loadArgon2>>, passwordHash: string): boolean {
  if (readParameters(passwordHash) === undefined) return false
  try {
    argon2.parseOptions(passwordHash)
    return true
  } catch {
    return false
  }
}

const phcString =
  /^\$argon2(id|i|d)\$(?:v=(\d+)\$)?m=(\d+),t=(\d+),p=\d+\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

function readParameters(passwordHash: string): StoredParameters | undefined {
  if (passwordHash.length > ceiling.length) return undefined
  const parts = phcString.exec(passwordHash)
  if (parts === null) return undefined
  const [, variant, version, memory, passes, salt = '', output = ''] = parts
  const memoryKiB = Number(memory)
  const iterations = Number(passes)
  if (memoryKiB > ceiling.memoryKiB || iterations > ceiling.iterations) return undefined
  return {
    current: variant === 'id' && version === '19',
    memoryKiB,
    iterations,
    saltBytes: Buffer.from(salt, 'base64').length,
    outputBytes: Buffer.from(output, 'base64').length,
  }
}

// The hashes run on libuv's threads, as do WebCrypto, files and DNS: one thread stays free for them,
// or a flood of log-ins would hold up the verification of tokens.
function defaultConcurrency(): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
  return Math.max(1, Math.min(availableParallelism(), threads) - 1)
}

const randomBase64 = (bytes: number): string =>
  randomBytes(bytes).toString('base64').replace(/=+$/, '')
