/** The limits on guessing, made together: counters that outlast their store, and keys that hide names. */

import type { Clock } from '../clock.ts'
import type { KeyRing } from '../crypto/key-rings.ts'
import type { Emit } from '../events.ts'
import type { AttemptStore } from '../stores/ports.ts'
import { createCounterKeys } from './counter-keys.ts'
import type { LimitPolicy } from './limit-policy.ts'
import { createLoginThrottle, type LoginThrottle } from './login-throttle.ts'
import { createRegisterLimit, type RegisterLimit } from './register-limit.ts'
import { createSteadyAttempts } from './steady-attempts.ts'

export interface LimitParts {
  readonly limits: LimitPolicy
  readonly ring: KeyRing
  readonly store: AttemptStore
  readonly clock: Clock
  readonly emit: Emit
  readonly report: (error: unknown) => void
}

export interface Limits {
  readonly loginThrottle: LoginThrottle
  readonly registerLimit: RegisterLimit
}

export function createLimits({ limits, ring, store, clock, emit, report }: LimitParts): Limits {
  const attempts = createSteadyAttempts(store, clock, report)
  const keys = createCounterKeys(ring, limits.ipv6PrefixBits)
  return {
    loginThrottle: createLoginThrottle(limits.login, { attempts, keys, emit }),
    registerLimit: createRegisterLimit(limits.register, { attempts, keys }),
  }
}
