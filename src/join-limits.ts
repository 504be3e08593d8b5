/** Joins the limits on guessing. They load with the first log-in, so that a server starts without. */

import { createKeyRing } from './crypto/key-rings.ts'
import type { Emit } from './events.ts'
import type { Limits } from './flows/limits.ts'
import type { ResolvedOptions } from './options/resolve-options.ts'
import type { AttemptStore } from './stores/ports.ts'

export function joinLimits(
  { limits, clock }: ResolvedOptions,
  secrets: readonly string[],
  store: AttemptStore,
  { emit, report }: { readonly emit: Emit; readonly report: (error: unknown) => void },
): Limits {
  const ring = createKeyRing(secrets, 'counter keys')
  let loading: Promise<Limits> | undefined
  const loaded = (): Promise<Limits> => {
    loading ??= import('./flows/limits.ts').then(({ createLimits }) =>
      createLimits({ limits, ring, store, clock, emit, report }),
    )
    return loading
  }
  return {
    loginThrottle: Object.freeze<Limits['loginThrottle']>({
      login: async (attempt, check) => (await loaded()).loginThrottle.login(attempt, check),
      confirmation: async (accountId, check) =>
        (await loaded()).loginThrottle.confirmation(accountId, check),
      forgive: async (account) => (await loaded()).loginThrottle.forgive(account),
    }),
    registerLimit: Object.freeze<Limits['registerLimit']>({
      count: async (names, address) => (await loaded()).registerLimit.count(names, address),
    }),
  }
}
