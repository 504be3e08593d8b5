/** The options under `passwords`, with unit and default. `password-settings.ts` checks them. */

import type { Duration } from '../duration.ts'

/** A named minimum length; NIST SP 800-63B-4 §3.1.1.2 has two. */
export type PasswordPreset = 'default' | 'nist-single-factor' | 'nist-mfa'

export interface PasswordOptions {
  /**
   * `nist-single-factor`: 15 characters, where a password is all that is asked; `nist-mfa`: 8, beside a
   * second factor. @default 'default', which is 8
   */
  readonly preset?: PasswordPreset
  /** Code points, 8 or more; not together with another preset's. @default what the preset says */
  readonly minLength?: number
  /**
   * Words that no password may be made of, beside its owner's names, `serviceName` and the issuer's
   * host; at most 1000. @default []
   */
  readonly contextWords?: readonly string[]
  /**
   * Ask Have I Been Pwned, or a service that answers as it does, whether a new password is known from a
   * breach. Five hex digits of its SHA-1 are sent. @default false
   */
  readonly breachCheck?: boolean | BreachCheckOptions
  /**
   * How new hashes are made. Others are verified all the same, and replaced at the next log-in.
   * @default 'argon2id'
   */
  readonly algorithm?: 'argon2id' | 'bcrypt'
  /** bcrypt only: 10 to 16; one more doubles the time. @default 12 */
  readonly cost?: number
  /** Argon2id memory in KiB, 19456 or more. @default 19456 */
  readonly memoryKiB?: number
  /** Argon2id passes, 2 or more. @default 2 */
  readonly iterations?: number
  /**
   * Seals the hashes with a key that is not in the database; 32 bytes or more. Of several the first is
   * used and all are accepted. A hash whose pepper is lost is lost. @default `COUNTERSIGN_PEPPER`, else none
   */
  readonly pepper?: string | readonly string[]
  /**
   * Hashes computed at the same time, 1 to 1024. They run on libuv's threads, of which there are
   * `UV_THREADPOOL_SIZE` (4). @default one less than there are cores and threads, at least 1
   */
  readonly concurrency?: number
  /**
   * Hashes that may wait, or whose log-in or registration still asks a store, 0 to 100000; beyond it
   * log-ins are answered 503 at once.
   * @default concurrency × 10
   */
  readonly queueLimit?: number
}

export interface BreachCheckOptions {
  /**
   * Where the range is asked, ending in a slash: https, or http on this machine.
   * @default 'https://api.pwnedpasswords.com/range/'
   */
  readonly url?: string
  /** For the whole answer, 100 ms to 10 s; past it the password is taken. @default '1s' */
  readonly timeout?: Duration
}

export const passwordDefaults = Object.freeze({
  memoryKiB: 19_456,
  iterations: 2,
  cost: 12,
  breachCheckUrl: 'https://api.pwnedpasswords.com/range/',
  breachCheckTimeout: '1s',
  serviceName: 'countersign',
} as const)

export const presetMinLengths: Readonly<Record<PasswordPreset, number>> = Object.freeze({
  default: 8,
  'nist-single-factor': 15,
  'nist-mfa': 8,
})
