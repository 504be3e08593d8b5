/**
 * Opens stores for one rule, and disposes of them when it has ended.
 */

import type { Stores } from '../ports.ts'
import {
  type ContractHarness,
  type ContractRule,
  type ContractStores,
  LeftOut,
  type OpenedStores,
  type StoreFactory,
} from './rule.ts'

export interface DisposableHarness extends ContractHarness {
  dispose(): Promise<void>
}

export function contractHarness(
  factory: StoreFactory,
  { rounds, seed }: Pick<ContractHarness, 'rounds' | 'seed'>,
  where: ContractRule['sessions'],
): DisposableHarness {
  const opened: ContractStores[] = []
  return {
    rounds,
    seed,
    async open() {
      const stores = await factory()
      opened.push(stores)
      const isApart = stores.stores.sessionsAreSeparate === true
      if (where !== undefined && (where === 'apart') !== isApart) {
        throw new LeftOut(`This holds for sessions ${where} from or with the accounts only.`)
      }
      return openedStores(stores)
    },
    async dispose() {
      const outcomes = await Promise.allSettled(opened.map((stores) => stores.dispose()))
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}

function openedStores(given: ContractStores): OpenedStores {
  const { stores } = given
  const anotherHandle = async (): Promise<Stores> => {
    if (given.anotherHandle === undefined) throw new LeftOut('The store has no second handle.')
    return given.anotherHandle()
  }
  return {
    stores,
    users: stores.users,
    sessions: stores.sessions,
    keys: stores.keys,
    oneTimeTokens: stores.oneTimeTokens,
    attempts: stores.attempts,
    endedList: stores.endedList,
    canAdvance: given.advance !== undefined,
    advance(milliseconds) {
      if (given.advance === undefined) throw new LeftOut('The clock of the store cannot be set.')
      given.advance(milliseconds)
    },
    async loseSessions() {
      if (given.loseSessions === undefined) throw new LeftOut('The sessions cannot be lost.')
      await given.loseSessions()
    },
    anotherHandle,
    handles: async () => [
      stores,
      given.anotherHandle === undefined ? stores : await anotherHandle(),
    ],
  }
}
