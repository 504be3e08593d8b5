/**
 * All stores in the memory of one process. What they hold ends with the process.
 */

import type { Clock } from '../../clock.ts'
import type { Stores } from '../ports.ts'
import { memoryAttempts } from './attempts.ts'
import { memoryEndedList } from './ended-list.ts'
import { memoryFeed } from './feed.ts'
import { memoryKeys } from './keys.ts'
import { memoryOneTimeTokens } from './one-time-tokens.ts'
import { memorySessions, type SessionLifetimes } from './sessions.ts'
import { memorySteps } from './steps.ts'
import { memoryUsers } from './users.ts'

export interface MemoryStoresOptions extends SessionLifetimes {
  readonly clock: Clock
}

/** Opens empty stores; two that are opened share nothing. */
export async function openMemoryStores(options: MemoryStoresOptions): Promise<Stores> {
  const { clock } = options
  const steps = memorySteps()
  const feed = memoryFeed(steps, clock, options.accessLifetime)
  const { endedList, isListed } = memoryEndedList(steps, feed, clock, options)
  return Object.freeze<Stores>({
    users: memoryUsers(steps, feed, clock, isListed),
    sessions: memorySessions(steps, feed, clock, options),
    keys: memoryKeys(steps),
    oneTimeTokens: memoryOneTimeTokens(steps, clock),
    attempts: memoryAttempts(steps, clock),
    endedList,
    ping: () => steps.run(() => undefined),
    async close() {
      steps.close()
      feed.close()
    },
  })
}
