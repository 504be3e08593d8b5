/**
 * Lets a try of a password through, or refuses it: the counters that one log-in touches.
 *
 * All of them are taken in one step of the store and settled in another. The number of calls does not
 * depend on whether the account exists. `login-throttle.ts` has the why.
 */

import { AuthError } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { AttemptChange, AttemptEntry, AttemptStep } from '../stores/ports.ts'
import { accountCounter, type CounterKeys, deviceCounter, sessionsCounter } from './counter-keys.ts'
import { type LoginLimits, lockRule, nameRule, ownRule, windowRule } from './limit-policy.ts'
import type { SteadyAttempts } from './steady-attempts.ts'

export interface LoginTry {
  /** As `nameText` gives it. */
  readonly name: string
  readonly accountId: string | undefined
  /** Of a device on which the account has logged in before. */
  readonly deviceId: string | undefined
  readonly address: string | null
}

export interface ThrottleParts {
  readonly attempts: SteadyAttempts
  readonly keys: CounterKeys
  readonly emit: Emit
}

/** A try that was let through; it counts as a failure until something else is said. */
export interface Admission {
  /** False: the password is to be taken for wrong, whatever it is. */
  readonly mayMatch: boolean
  readonly failed: () => void
  /** Never rejects, nor does `cancelled`. */
  readonly succeeded: () => Promise<void>
  /** The password was not looked at. */
  readonly cancelled: () => Promise<void>
}

/** A counter that the try is counted on, and what follows from it. */
interface Counter extends AttemptEntry {
  /** @param count with this failure. */
  readonly failed: (count: number) => void
  readonly onSuccess: readonly AttemptChange[]
}

/** @throws AuthError `too_many_requests`; then nothing is counted. */
export async function admitLogin(
  limits: LoginLimits,
  parts: ThrottleParts,
  attempt: LoginTry,
): Promise<Admission> {
  const network = networkCounters(limits, parts, attempt.address)
  const device = deviceCounters(limits, parts, attempt)
  if (device.length > 0) {
    const known = await take(parts, [...network, ...device])
    if ('admission' in known) return known.admission
    // One that has used up its hard limit is a stranger.
    const isUsedUp = known.refusedBy === device[0] && known.step.count >= limits.lockAfter
    if (!isUsedUp) throw tooMany(known.step)
  }
  const taken = await take(parts, [...network, ...strangerCounters(limits, parts, attempt)])
  if ('admission' in taken) return taken.admission
  throw tooMany(taken.step)
}

/** @throws AuthError `too_many_requests`. */
export async function admitConfirmation(
  limits: LoginLimits,
  parts: ThrottleParts,
  accountId: string,
): Promise<Admission> {
  const key = sessionsCounter(accountId)
  const taken = await take(parts, [
    {
      key,
      rule: ownRule(limits),
      failed(count) {
        if (count === limits.failures) {
          parts.emit({ type: 'login_throttled', by: 'session', accountId })
        }
        if (count === limits.lockAfter) {
          parts.emit({ type: 'account_locked', accountId, for: 'confirmation' })
        }
      },
      onSuccess: [{ key, change: 'clear' }],
    },
  ])
  if ('admission' in taken) return taken.admission
  throw tooMany(taken.step, limits.longestPauseMilliseconds)
}

function networkCounters(
  { network }: LoginLimits,
  { keys, emit }: ThrottleParts,
  address: string | null,
): readonly Counter[] {
  if (address === null || !Number.isFinite(network.count)) return []
  const key = keys.loginNetwork(address)
  return [
    {
      key,
      rule: windowRule(network),
      failed(count) {
        if (count === network.count) emit({ type: 'login_throttled', by: 'network' })
      },
      onSuccess: [{ key, change: 'give_back' }],
    },
  ]
}

/** @returns none where the device is not known. */
function deviceCounters(
  limits: LoginLimits,
  { emit }: ThrottleParts,
  { accountId, deviceId }: LoginTry,
): readonly Counter[] {
  if (accountId === undefined || deviceId === undefined) return []
  const key = deviceCounter(deviceId)
  const strangers = { key: accountCounter(accountId), change: 'clear' } as const
  return [
    {
      key,
      rule: ownRule(limits),
      failed(count) {
        if (count === limits.failures) emit({ type: 'login_throttled', by: 'device', accountId })
      },
      onSuccess: [
        { key, change: 'clear' },
        // The failures of strangers are no longer in a row; a lock that was reached stays.
        Number.isFinite(limits.lockAfter) ? { ...strangers, below: limits.lockAfter } : strangers,
      ],
    },
  ]
}

function strangerCounters(
  limits: LoginLimits,
  { keys, emit }: ThrottleParts,
  { name, accountId }: LoginTry,
): readonly Counter[] {
  const exists = accountId !== undefined
  const ofName = keys.loginName(name)
  const ofAccount = exists ? accountCounter(accountId) : keys.nobody(name)
  return [
    {
      key: ofName,
      rule: nameRule(limits),
      failed(count) {
        if (count !== limits.failures) return
        emit({ type: 'login_throttled', by: 'name', ...(exists && { accountId }) })
      },
      onSuccess: [{ key: ofName, change: 'clear' }],
    },
    {
      key: ofAccount,
      rule: lockRule(limits, exists),
      // A lock does not show.
      mayBeRefused: true,
      failed(count) {
        if (exists && count === limits.lockAfter) {
          emit({ type: 'account_locked', accountId, for: 'login' })
        }
      },
      onSuccess: [{ key: ofAccount, change: 'clear' }],
    },
  ]
}

type Taken =
  | { readonly admission: Admission }
  | { readonly refusedBy: Counter | undefined; readonly step: AttemptStep }

async function take({ attempts }: ThrottleParts, counters: readonly Counter[]): Promise<Taken> {
  const taken = await attempts.takeAll(
    counters.map(({ key, rule, mayBeRefused = false }) => ({ key, rule, mayBeRefused })),
  )
  if (!taken.taken) return { refusedBy: counters[taken.refusedBy], step: taken.step }
  const counted = counters.filter((_, at) => taken.steps[at]?.taken)
  const admission: Admission = {
    mayMatch: counted.length === counters.length,
    failed() {
      counters.forEach(({ failed }, at) => {
        const step = taken.steps[at]
        if (step?.taken) failed(step.count)
      })
    },
    succeeded: () => attempts.settle(counters.flatMap(({ onSuccess }) => onSuccess)),
    cancelled: () => attempts.settle(counted.map(({ key }) => ({ key, change: 'give_back' }))),
  }
  return { admission }
}

function tooMany(
  { retryAfterMilliseconds }: AttemptStep,
  longestMilliseconds = Number.POSITIVE_INFINITY,
): AuthError {
  const wait = Math.min(retryAfterMilliseconds, longestMilliseconds)
  return new AuthError('too_many_requests', { retryAfterSeconds: Math.ceil(wait / 1000) })
}
