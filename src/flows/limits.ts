/** Joins the limits on guessing: their policy, their counters in the store, and the counters' keys. */

import type { Clock } from '../clock.ts'
import { createKeyRing } from '../crypto/key-rings.ts'
import type { Emit } from '../events.ts'
import type { AttemptStore } from '../stores/ports.ts'
import type { FlowContext } from './context.ts'
import { createCounterKeys } from './counter-keys.ts'
import type { LimitPolicy } from './limit-policy.ts'
import { createLoginThrottle } from './login-throttle.ts'
import { createRegisterLimit } from './register-limit.ts'
import { createSteadyAttempts } from './steady-attempts.ts'

export interface LimitsOptions {
  readonly limits: LimitPolicy
  readonly secrets: readonly string[]
  readonly attempts: AttemptStore
  readonly clock: Clock
  readonly emit: Emit
  readonly report: (error: unknown) => void
}

export function createLimits({
  limits,
  secrets,
  clock,
  emit,
  report,
  ...stores
}: LimitsOptions): Pick<FlowContext, 'loginThrottle' | 'registerLimit'> {
  const attempts = createSteadyAttempts(stores.attempts, clock, report)
  const keys = createCounterKeys(createKeyRing(secrets, 'counter keys'), limits.ipv6PrefixBits)
  return {
    loginThrottle: createLoginThrottle(limits.login, { attempts, keys, emit }),
    registerLimit: createRegisterLimit(limits.register, { attempts, keys }),
  }
}
