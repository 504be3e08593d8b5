/**
 * All stores in the memory of one process. What they hold ends with the process.
 */

import type { Clock } from '../../clock.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import { kinds } from '../../shapes/option-shapes.ts'
import { checkStoreOptions, lifetimes, needed } from '../checked-options.ts'
import type { Stores } from '../ports.ts'
import { memoryAttempts } from './attempts.ts'
import { memoryEndedList } from './ended-list.ts'
import { memoryFeed } from './feed.ts'
import { memoryKeys } from './keys.ts'
import { memoryOneTimeTokens, type TokenMap } from './one-time-tokens.ts'
import { emptySessionMaps, memorySessions } from './sessions.ts'
import { memorySteps } from './steps.ts'
import { memoryTransfer } from './transfer.ts'
import { emptyUserMaps, memoryUsers } from './users.ts'

export interface MemoryStoresOptions extends SessionLifetimes {
  readonly clock: Clock
}

/**
 * Opens empty stores; two that are opened share nothing.
 *
 * @throws TypeError naming every option that is missing or of a wrong kind.
 */
export async function openMemoryStores(options: MemoryStoresOptions): Promise<Stores> {
  checkStoreOptions('openMemoryStores', options, { ...lifetimes, clock: needed(kinds.function) })
  const { clock } = options
  const steps = memorySteps()
  const feed = memoryFeed(steps, clock, options.accessLifetime)
  const { endedList, isListed, listed } = memoryEndedList(steps, feed, clock, options)
  const userMaps = emptyUserMaps()
  const sessionMaps = emptySessionMaps()
  const tokens: TokenMap = new Map()
  return Object.freeze<Stores>({
    users: memoryUsers(steps, feed, clock, isListed, userMaps),
    sessions: memorySessions(steps, feed, clock, options, sessionMaps),
    keys: memoryKeys(steps),
    oneTimeTokens: memoryOneTimeTokens(steps, clock, tokens),
    attempts: memoryAttempts(steps, clock),
    endedList,
    transfer: memoryTransfer(steps, feed, clock, { ...userMaps, ...sessionMaps, listed, tokens }),
    ping: () => steps.run(() => undefined),
    async close() {
      steps.close()
      feed.close()
    },
  })
}
