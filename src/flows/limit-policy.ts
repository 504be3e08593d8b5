/**
 * The limits on guessing as the flows apply them, and the rules of the counters that follow.
 *
 * Sources: NIST SP 800-63B-4 §3.2.2, OWASP ASVS 5.0 6.1.1 and 6.3.1. Times in milliseconds.
 */

import type { AttemptRule } from '../stores/ports.ts'

/** So many in a window that begins with the first. */
export interface WindowLimit {
  /** Infinity for none. */
  readonly count: number
  readonly windowMilliseconds: number
}

export interface LoginLimits {
  /** From this failure in a row on, the next try has to wait. */
  readonly failures: number
  readonly longestPauseMilliseconds: number
  /** So many failures in a row put password log-in off; Infinity for never. */
  readonly lockAfter: number
  /** Failures of one network, whatever the name. */
  readonly network: WindowLimit
}

export interface RegisterLimits {
  /** Registrations of one name or address. */
  readonly name: WindowLimit
  readonly network: WindowLimit
}

export interface LimitPolicy {
  readonly login: LoginLimits | 'off'
  readonly register: RegisterLimits | 'off'
  /** How much of an IPv6 address is one network. */
  readonly ipv6PrefixBits: number
}

const day = 86_400_000
const firstPauseMilliseconds = 1000

/** The account's count ends with a success or a recovery, and never by itself. */
const noEndMilliseconds = 36_500 * day

export const windowRule = ({ count, windowMilliseconds }: WindowLimit): AttemptRule => ({
  windowMilliseconds,
  windowFrom: 'first',
  limit: count,
})

/** The pauses that a name imposes; forgotten a day after the last failure, be it anybody's or not. */
export const nameRule = (limits: LoginLimits): AttemptRule => ({
  windowMilliseconds: Math.max(day, 2 * limits.longestPauseMilliseconds),
  windowFrom: 'last',
  pausesMilliseconds: pauses(limits),
})

/** The pauses and the hard limit of a known device, or of an account's sessions. */
export const ownRule = (limits: LoginLimits): AttemptRule => ({
  ...nameRule(limits),
  ...lockRule(limits, true),
})

/**
 * The hard limit of an account. What stands for an account that there is not gets the same steps,
 * and is forgotten after a day, so that invented names fill no database.
 */
export const lockRule = ({ lockAfter }: LoginLimits, exists: boolean): AttemptRule => ({
  windowMilliseconds: exists ? noEndMilliseconds : day,
  windowFrom: 'last',
  ...(Number.isFinite(lockAfter) && { limit: lockAfter }),
})

/** Nothing up to the failure before the first pause, then 1, 2, 4 … seconds up to the longest. */
function pauses({ failures, longestPauseMilliseconds }: LoginLimits): readonly number[] {
  const list = Array.from({ length: failures - 1 }, () => 0)
  let pause = firstPauseMilliseconds
  while (pause < longestPauseMilliseconds) {
    list.push(pause)
    pause *= 2
  }
  return [...list, longestPauseMilliseconds]
}
