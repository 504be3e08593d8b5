/**
 * Password hashing in a bounded pool off the event loop: new hashes, verification of every known
 * format, decoy, pepper.
 *
 * Takes passwords as `flows/password-policy.ts` prepared them; says nothing about which are good.
 * Bounds: SECURITY.md §3, H7; decoy: OWASP ASVS 5.0 6.3.8.
 */

import { availableParallelism } from 'node:os'
import { type AuthError, unavailable } from '../errors.ts'
import { createArgon2id } from './password-formats/argon2.ts'
import { createPrehashedBcrypt } from './password-formats/prehashed-bcrypt.ts'
import { readStoredHash } from './password-formats/read-stored-hash.ts'
import { type StoredHash, usualCeiling } from './password-formats/stored-hash.ts'
import { createPepperedHashes } from './sealed-hash.ts'
import { createWorkQueue, type RunTask } from './work-queue.ts'

export interface PasswordHashingOptions {
  /** How new hashes are made. @default 'argon2id' */
  readonly algorithm?: 'argon2id' | 'bcrypt'
  /** bcrypt: 10 to 16; one more doubles the time. @default 12 */
  readonly cost?: number
  /** Argon2id: memory of one hash in KiB. @default 19456 */
  readonly memoryKiB?: number
  /** Argon2id: passes over the memory. @default 2 */
  readonly iterations?: number
  /** Argon2id: lanes. @default 1 */
  readonly parallelism?: number
  /** Secrets, ids all different; the first seals new hashes, all open. @default none */
  readonly peppers?: readonly string[]
  /**
   * Hashes at work at the same time; each holds its memory.
   * @default one less than there are cores and libuv threads, at least 1
   */
  readonly concurrency?: number
  /** Hashes that may wait, or places that are kept for one. @default concurrency × 10 */
  readonly queueLimit?: number
  /** Told once of a stored hash whose pepper is missing. */
  readonly report?: (error: Error) => void
}

/** A password, or the several forms of one in which it may have been hashed. */
export type PasswordForms = string | readonly string[]

/** Both promises reject with `temporarily_unavailable` at once when too many are waiting. */
export interface PasswordHashing {
  /** @returns a self-describing string with a fresh salt. */
  hash(password: string): Promise<string>
  /**
   * Compares in constant time; true when one of the forms matches. A hash that is malformed, unknown
   * or too dear costs the work of the decoy and never matches.
   *
   * @throws AuthError `temporarily_unavailable` — also when the hash's pepper is not configured.
   */
  verify(password: PasswordForms, passwordHash: string): Promise<boolean>
  /**
   * Keeps a place while the work of a log-in or a registration runs, so that a flood costs no store.
   *
   * @param work is given hashing that uses this place, for one password after another.
   * @throws AuthError `temporarily_unavailable` at once, and begins nothing — too many are at it.
   */
  withPlace<T>(work: (passwords: PasswordHashing) => Promise<T>): Promise<T>
  /**
   * Asks whether there is a place, and takes none.
   *
   * @returns undefined where there is one. Where too many are at it, `temporarily_unavailable`, which
   * a flood is told a few in every turn of the event loop.
   */
  refusal(): undefined | Promise<AuthError | undefined>
  /** True when the hash is not what `hash` makes now, or weaker, or cannot be read. */
  needsRehash(passwordHash: string): boolean
  /** Matches no password; verify against it where there is no account. */
  readonly decoyHash: string
}

const defaults = { memoryKiB: 19_456, iterations: 2, parallelism: 1, cost: 12 }

/** A check that holds more than this waits until no other such check is at work. */
const heavyKiB = 65_536

export function createPasswordHashing(options: PasswordHashingOptions = {}): PasswordHashing {
  const { memoryKiB, iterations, parallelism, cost } = { ...defaults, ...options }
  const concurrency = options.concurrency ?? hashConcurrency()
  const queue = createWorkQueue({
    concurrency,
    queueLimit: options.queueLimit ?? concurrency * 10,
  })
  const heavyQueue = createWorkQueue({ concurrency: 1, queueLimit: concurrency })
  const own =
    options.algorithm === 'bcrypt'
      ? createPrehashedBcrypt(cost)
      : createArgon2id({ memoryKiB, iterations, parallelism })
  const peppered = createPepperedHashes(options.peppers ?? [])
  // What was made with these options before, or will be, can always be read.
  const ceiling = {
    memoryKiB: Math.max(usualCeiling.memoryKiB, memoryKiB),
    argon2Work: Math.max(usualCeiling.argon2Work, memoryKiB * iterations),
  }
  const decoy = readStoredHash(own.decoyHash, ceiling)
  if (decoy === undefined) throw new TypeError('createPasswordHashing was given impossible costs')
  const reportMissingPepper = once(() => options.report?.(missingPepper()))

  const check = (stored: StoredHash, forms: readonly string[]): Promise<boolean> => {
    const run = () => matchesOne(stored, forms)
    const isHeavy = stored.memoryKiB > Math.max(heavyKiB, own.memoryKiB)
    return isHeavy ? heavyQueue.run(run) : run()
  }

  const running = (run: RunTask): Pick<PasswordHashing, 'hash' | 'verify'> => ({
    hash: (password) => run(async () => peppered.seal(await own.hash(password))),

    verify: (password, passwordHash) =>
      run(async () => {
        const opened = peppered.open(passwordHash)
        const stored = readStoredHash(opened ?? '', ceiling)
        const matches = await check(stored ?? decoy, [password].flat())
        if (opened === undefined) {
          reportMissingPepper()
          throw unavailable(missingPepper())
        }
        return matches && stored !== undefined
      }),
  })

  const hashing: PasswordHashing = Object.freeze<PasswordHashing>({
    ...running(queue.run),
    decoyHash: peppered.seal(own.decoyHash),
    refusal: queue.refusal,
    withPlace: (work) => queue.inPlace((run) => work({ ...hashing, ...running(run) })),

    needsRehash(passwordHash) {
      if (!peppered.isCurrent(passwordHash)) return true
      return !own.isCurrent(peppered.open(passwordHash) ?? '')
    },
  })
  return hashing
}

async function matchesOne(stored: StoredHash, forms: readonly string[]): Promise<boolean> {
  try {
    for (const form of forms) {
      if (await stored.matches(Buffer.from(form))) return true
    }
    return false
  } catch (cause) {
    throw unavailable(cause)
  }
}

const missingPepper = (): Error =>
  new Error(
    'A password hash is sealed with a pepper that is not among passwords.pepper (COUNTERSIGN_PEPPER); its owner cannot log in until it is.',
  )

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}

/**
 * How many hashes a process should compute at the same time.
 *
 * @param processes that share this machine and do the same; each has its part of the cores.
 */
export function hashConcurrency(processes = 1): number {
  // The hashes run on libuv's threads, as do WebCrypto, files and DNS: one thread stays free for
  // them, or a flood of log-ins would hold up the verification of tokens. So does one core.
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
  const cores = Math.floor((availableParallelism() - 1) / processes)
  return Math.max(1, Math.min(cores, threads - 1))
}
