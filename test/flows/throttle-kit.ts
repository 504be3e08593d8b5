/** The throttle on a memory store, with checks that cost nothing and a clock that is set. */

import { createKeyRing } from '../../src/crypto/key-rings.ts'
import { AuthError } from '../../src/errors.ts'
import type { AuthEvent } from '../../src/events.ts'
import { createCounterKeys } from '../../src/flows/counter-keys.ts'
import type { LoginTry } from '../../src/flows/login-admission.ts'
import { createLoginThrottle, type Verdict } from '../../src/flows/login-throttle.ts'
import { createSteadyAttempts } from '../../src/flows/steady-attempts.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { AttemptStore } from '../../src/stores/ports.ts'

export const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 604_800_000,
  absoluteLifetime: 2_592_000_000,
}

export interface ThrottleKitOptions extends Pick<AuthOptions, 'limits'> {
  /** Puts something between the throttle and its store. */
  readonly between?: (store: AttemptStore) => AttemptStore
}

export async function throttleKit({
  limits = {},
  between = (store) => store,
}: ThrottleKitOptions = {}) {
  let now = 1_800_000_000_000
  const clock = () => now
  const stores = await openMemoryStores({ clock, ...lifetimes })
  const ring = createKeyRing(['a server secret for tests, of more than 32 bytes'], 'counter keys')
  const events: AuthEvent[] = []
  const reports: unknown[] = []
  const resolved = resolveOptions({ limits }, {}).limits
  const throttle = createLoginThrottle(resolved.login, {
    attempts: createSteadyAttempts(between(stores.attempts), clock, (error) => reports.push(error)),
    keys: createCounterKeys(ring, resolved.ipv6PrefixBits),
    emit: (event) => events.push(event),
  })

  let checked = 0
  /** @returns whether it was right, or the seconds to wait. */
  async function outcome(running: Promise<boolean>): Promise<boolean | number> {
    try {
      return await running
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== 'too_many_requests') throw error
      return error.details.retryAfterSeconds ?? Number.NaN
    }
  }
  const check = (isRight: boolean) => async () => {
    checked += 1
    return isRight
  }
  return {
    throttle,
    events,
    reports,
    advance: (milliseconds: number) => {
      now += milliseconds
    },
    checked: () => checked,
    logIn: (isRight: boolean, attempt: Partial<LoginTry> = {}) =>
      outcome(settled(throttle.login({ ...ada, ...attempt }, check(isRight)))),
    confirm: (isRight: boolean) => outcome(throttle.confirmation('a1', check(isRight))),
    outcome,
  }
}

/** As a log-in answers: when the counters know it. */
export async function settled(judging: Promise<Verdict>): Promise<boolean> {
  const verdict = await judging
  await verdict.settled
  return verdict.isRight
}

export type ThrottleKit = Awaited<ReturnType<typeof throttleKit>>

export const ada: LoginTry = {
  name: 'username ada',
  accountId: 'a1',
  deviceId: undefined,
  address: null,
}

export const nobody: Partial<LoginTry> = { name: 'username eve', accountId: undefined }

/** Fails so often, waiting out every pause. */
export async function failTimes(
  kit: ThrottleKit,
  times: number,
  attempt: Partial<LoginTry> = {},
): Promise<void> {
  for (let failed = 0; failed < times; ) {
    const result = await kit.logIn(false, attempt)
    if (result === false) failed += 1
    else if (typeof result === 'number') kit.advance(result * 1000)
    else throw new Error('a wrong password was right')
  }
}
