/**
 * Opens the database of the accounts: one opener a kind, each loaded when it is needed.
 */

import { systemClock } from './clock.ts'
import { prepareDataFolder } from './options/data-folder.ts'
import type { AccountsDatabase } from './options/database-settings.ts'
import type { ResolvedOptions } from './options/resolve-options.ts'
import type { Stores } from './stores/ports.ts'

interface Opener<Kind extends AccountsDatabase['kind']> {
  open(place: Extract<AccountsDatabase, { kind: Kind }>, options: ResolvedOptions): Promise<Stores>
}

const lifetimesOf = ({ accessLifetime, inactivityTimeout, absoluteLifetime }: ResolvedOptions) => ({
  accessLifetime,
  inactivityTimeout,
  absoluteLifetime,
})

const openers: { readonly [Kind in AccountsDatabase['kind']]: Opener<Kind> } = {
  sqlite: {
    async open({ path }, options) {
      if (path.startsWith(options.dataFolder)) prepareDataFolder(options.dataFolder)
      const { openSqliteStores } = await import('./stores/sqlite/open.ts')
      return openSqliteStores({ path, clock: options.clock, ...lifetimesOf(options) })
    },
  },
  mongodb: {
    async open({ database }, options) {
      const { openMongoStores } = await import('./stores/mongodb/open.ts')
      // The server has a clock of its own, which all processes share; another one is for tests.
      const clock = options.clock === systemClock ? undefined : options.clock
      return openMongoStores({ database, clock, ...lifetimesOf(options) })
    },
  },
}

/** @throws Error with a sentence for whoever starts the program. */
export function openAccounts(options: ResolvedOptions): Promise<Stores> {
  const { accounts } = options
  return openerOf(accounts).open(accounts, options)
}

const openerOf = ({ kind }: AccountsDatabase) => openers[kind] as Opener<AccountsDatabase['kind']>
