/** How many registrations one name and one network may ask for (OWASP ASVS 5.0 6.3.1). */

import { AuthError } from '../errors.ts'
import type { CounterKeys } from './counter-keys.ts'
import { type RegisterLimits, type WindowLimit, windowRule } from './limit-policy.ts'
import type { SteadyAttempts } from './steady-attempts.ts'

export interface RegisterLimit {
  /**
   * Counts a registration that is well formed, before its password is hashed; a success is no
   * exception. @throws AuthError `too_many_requests`.
   */
  count(names: readonly string[], address: string | null): Promise<void>
}

export function createRegisterLimit(
  limits: RegisterLimits | 'off',
  { attempts, keys }: { readonly attempts: SteadyAttempts; readonly keys: CounterKeys },
): RegisterLimit {
  async function take(counter: string, limit: WindowLimit): Promise<void> {
    if (!Number.isFinite(limit.count)) return
    const { taken, retryAfterMilliseconds } = await attempts.take(counter, windowRule(limit))
    if (taken) return
    const retryAfterSeconds = Math.ceil(retryAfterMilliseconds / 1000)
    throw new AuthError('too_many_requests', { retryAfterSeconds })
  }

  return Object.freeze<RegisterLimit>({
    async count(names, address) {
      if (limits === 'off') return
      if (address !== null) await take(keys.registerNetwork(address), limits.network)
      for (const name of names) await take(keys.registerName(name), limits.name)
    },
  })
}
