/** Joins the limits on guessing: counters that outlast their store, and the keys that hide names. */

import { createKeyRing } from './crypto/key-rings.ts'
import type { Emit } from './events.ts'
import type { FlowContext } from './flows/context.ts'
import { createCounterKeys } from './flows/counter-keys.ts'
import { createLoginThrottle } from './flows/login-throttle.ts'
import { createRegisterLimit } from './flows/register-limit.ts'
import { createSteadyAttempts } from './flows/steady-attempts.ts'
import type { ResolvedOptions } from './options/resolve-options.ts'
import type { AttemptStore } from './stores/ports.ts'

export function joinLimits(
  { limits, clock }: ResolvedOptions,
  secrets: readonly string[],
  store: AttemptStore,
  { emit, report }: { readonly emit: Emit; readonly report: (error: unknown) => void },
): Pick<FlowContext, 'loginThrottle' | 'registerLimit'> {
  const attempts = createSteadyAttempts(store, clock, report)
  const keys = createCounterKeys(createKeyRing(secrets, 'counter keys'), limits.ipv6PrefixBits)
  return {
    loginThrottle: createLoginThrottle(limits.login, { attempts, keys, emit }),
    registerLimit: createRegisterLimit(limits.register, { attempts, keys }),
  }
}
