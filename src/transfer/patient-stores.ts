/**
 * Stores whose calls are tried again while a store does not answer. Only for calls that may be
 * repeated, as all of a move may.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { AuthError } from '../errors.ts'
import type { Stores } from '../stores/ports.ts'

/** How long a store may be away before a move gives up; it then goes on where it is run again. */
const patienceMilliseconds = 30_000

export function patientStores(stores: Stores, patience = patienceMilliseconds): Stores {
  const { users, sessions, keys, oneTimeTokens, endedList, transfer } = stores
  const patient = <Part extends object>(part: Part): Part => patientPart(part, patience)
  return Object.freeze<Stores>({
    ...stores,
    users: patient(users),
    sessions: patient(sessions),
    keys: patient(keys),
    oneTimeTokens: patient(oneTimeTokens),
    endedList: patient(endedList),
    ...(transfer && { transfer: patient(transfer) }),
    ping: () => patiently(() => stores.ping(), patience),
  })
}

function patientPart<Part extends object>(part: Part, patience: number): Part {
  const calls = Object.entries(part).map(([name, call]) => [
    name,
    (...args: unknown[]) => patiently(() => call(...args), patience),
  ])
  return Object.freeze(Object.fromEntries(calls)) as Part
}

async function patiently<Result>(call: () => Promise<Result>, patience: number): Promise<Result> {
  const giveUpAt = performance.now() + patience
  for (;;) {
    try {
      return await call()
    } catch (error) {
      const isAway = error instanceof AuthError && error.code === 'temporarily_unavailable'
      if (!isAway || performance.now() >= giveUpAt) throw error
    }
    await pause(50 + Math.random() * 100)
  }
}
