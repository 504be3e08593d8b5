/** How many registrations one name and one network may ask for (OWASP ASVS 5.0 6.3.1). */

import { AuthError } from '../errors.ts'
import type { AttemptEntry } from '../stores/ports.ts'
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
  return Object.freeze<RegisterLimit>({
    async count(names, address) {
      if (limits === 'off') return
      const ofNetwork =
        address === null ? [] : counted(keys.registerNetwork(address), limits.network)
      // A name that refuses does not spare the network: whoever tries again and again counts.
      const ofNames = names
        .flatMap((name) => counted(keys.registerName(name), limits.name))
        .map((entry) => ({ ...entry, mayBeRefused: true }))
      const result = await attempts.takeAll([...ofNetwork, ...ofNames])
      const refused = result.taken ? result.steps.find(({ taken }) => !taken) : result.step
      if (refused === undefined) return
      const retryAfterSeconds = Math.ceil(refused.retryAfterMilliseconds / 1000)
      throw new AuthError('too_many_requests', { retryAfterSeconds })
    },
  })
}

const counted = (key: string, limit: WindowLimit): readonly AttemptEntry[] =>
  Number.isFinite(limit.count) ? [{ key, rule: windowRule(limit) }] : []
