/**
 * Lets a try of a password through, or refuses it: the counters that one log-in touches.
 *
 * The number of calls does not depend on whether the account exists. `login-throttle.ts` has the why.
 */

import { AuthError } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { AttemptStep } from '../stores/ports.ts'
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
  readonly succeeded: () => Promise<void>
  /** The password was not looked at. */
  readonly cancelled: () => Promise<void>
}

/** @throws AuthError `too_many_requests`; then nothing is counted. */
export async function admitLogin(
  limits: LoginLimits,
  parts: ThrottleParts,
  attempt: LoginTry,
): Promise<Admission> {
  const network = await takeNetwork(limits, parts, attempt.address)
  try {
    const known = await admitDevice(limits, parts, attempt)
    return withNetwork(known ?? (await admitStranger(limits, parts, attempt)), network)
  } catch (error) {
    await network.giveBack()
    throw error
  }
}

async function takeNetwork(
  { network }: LoginLimits,
  { attempts, keys, emit }: ThrottleParts,
  address: string | null,
) {
  if (address === null || !Number.isFinite(network.count)) {
    return { failed: () => {}, giveBack: async () => {} }
  }
  const counter = keys.loginNetwork(address)
  const step = await attempts.take(counter, windowRule(network))
  if (!step.taken) throw tooMany(step)
  return {
    failed: () => {
      if (step.count === network.count) emit({ type: 'login_throttled', by: 'network' })
    },
    giveBack: () => attempts.giveBack(counter),
  }
}

function withNetwork(
  admission: Admission,
  network: Awaited<ReturnType<typeof takeNetwork>>,
): Admission {
  return {
    mayMatch: admission.mayMatch,
    failed: () => {
      network.failed()
      admission.failed()
    },
    succeeded: async () => {
      await network.giveBack()
      await admission.succeeded()
    },
    cancelled: async () => {
      await network.giveBack()
      await admission.cancelled()
    },
  }
}

/** @returns undefined where the device is not known, or has used up its hard limit. */
async function admitDevice(
  limits: LoginLimits,
  { attempts, emit }: ThrottleParts,
  { accountId, deviceId }: LoginTry,
): Promise<Admission | undefined> {
  if (accountId === undefined || deviceId === undefined) return undefined
  const counter = deviceCounter(deviceId)
  const step = await attempts.take(counter, ownRule(limits))
  if (!step.taken && step.count >= limits.lockAfter) return undefined
  if (!step.taken) throw tooMany(step)
  return {
    mayMatch: true,
    failed: () => {
      if (step.count === limits.failures) emit({ type: 'login_throttled', by: 'device', accountId })
    },
    succeeded: async () => {
      await attempts.clear(counter)
      // The failures of strangers are no longer in a row; a lock that was reached stays.
      const strangers = await attempts.read(accountCounter(accountId))
      if (strangers !== undefined && strangers.count < limits.lockAfter) {
        await attempts.clear(accountCounter(accountId))
      }
    },
    cancelled: () => attempts.giveBack(counter),
  }
}

async function admitStranger(
  limits: LoginLimits,
  { attempts, keys, emit }: ThrottleParts,
  { name, accountId }: LoginTry,
): Promise<Admission> {
  const nameCounter = keys.loginName(name)
  const step = await attempts.take(nameCounter, nameRule(limits))
  if (!step.taken) throw tooMany(step)
  const exists = accountId !== undefined
  const hardCounter = exists ? accountCounter(accountId) : keys.nobody(name)
  const hard = await attempts.take(hardCounter, lockRule(limits, exists))
  const account = exists ? { accountId } : {}
  return {
    mayMatch: hard.taken,
    failed: () => {
      if (step.count === limits.failures) {
        emit({ type: 'login_throttled', by: 'name', ...account })
      }
      if (exists && hard.taken && hard.count === limits.lockAfter) {
        emit({ type: 'account_locked', accountId, for: 'login' })
      }
    },
    succeeded: async () => {
      await attempts.clear(nameCounter)
      await attempts.clear(hardCounter)
    },
    cancelled: async () => {
      await attempts.giveBack(nameCounter)
      if (hard.taken) await attempts.giveBack(hardCounter)
    },
  }
}

/** @throws AuthError `too_many_requests`. */
export async function admitConfirmation(
  limits: LoginLimits,
  { attempts, emit }: ThrottleParts,
  accountId: string,
): Promise<Admission> {
  const counter = sessionsCounter(accountId)
  const step = await attempts.take(counter, ownRule(limits))
  if (!step.taken) throw tooMany(step, limits.longestPauseMilliseconds)
  return {
    mayMatch: true,
    failed: () => {
      if (step.count === limits.failures)
        emit({ type: 'login_throttled', by: 'session', accountId })
      if (step.count === limits.lockAfter) {
        emit({ type: 'account_locked', accountId, for: 'confirmation' })
      }
    },
    succeeded: () => attempts.clear(counter),
    cancelled: () => attempts.giveBack(counter),
  }
}

function tooMany(
  { retryAfterMilliseconds }: AttemptStep,
  longestMilliseconds = Number.POSITIVE_INFINITY,
): AuthError {
  const wait = Math.min(retryAfterMilliseconds, longestMilliseconds)
  return new AuthError('too_many_requests', { retryAfterSeconds: Math.ceil(wait / 1000) })
}
