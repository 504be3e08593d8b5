/**
 * Opens the stores: the database of the accounts by one opener a kind, each loaded when it is needed,
 * and the Redis that is joined with it.
 */

import { systemClock } from './clock.ts'
import { prepareDataFolder } from './options/data-folder.ts'
import type { AccountsDatabase } from './options/database-settings.ts'
import type { ResolvedOptions } from './options/resolve-options.ts'
import type { Stores } from './stores/ports.ts'

interface Opener<Kind extends AccountsDatabase['kind']> {
  open(place: Extract<AccountsDatabase, { kind: Kind }>, options: ResolvedOptions): Promise<Stores>
  /** The SQL that opening would send to bring the tables up to date. */
  pending(place: Extract<AccountsDatabase, { kind: Kind }>): Promise<readonly string[]>
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
    async pending({ path }) {
      const { pendingSqliteMigrations } = await import('./stores/sqlite/pending.ts')
      return pendingSqliteMigrations(path)
    },
  },
  postgres: {
    async open({ database, schema }, options) {
      const { openPostgresStores } = await import('./stores/postgres/open.ts')
      // The database has a clock of its own, which all processes share; another one is for tests.
      const clock = options.clock === systemClock ? undefined : options.clock
      return openPostgresStores({ database, schema, clock, ...lifetimesOf(options) })
    },
    async pending({ database, schema }) {
      const { pendingPostgresMigrations } = await import('./stores/postgres/open.ts')
      return pendingPostgresMigrations({ database, schema })
    },
  },
  mongodb: {
    async open({ database }, options) {
      const { openMongoStores } = await import('./stores/mongodb/open.ts')
      const clock = options.clock === systemClock ? undefined : options.clock
      return openMongoStores({ database, clock, ...lifetimesOf(options) })
    },
    // It has no tables; indexes are made when it is opened, each if it is missing.
    pending: async () => [],
  },
}

/**
 * Opens the accounts, and the Redis beside them where the options name one.
 *
 * @param report told of broken connections.
 * @throws Error with a sentence for whoever starts the program.
 */
export async function openStores(
  options: ResolvedOptions,
  report: (error: unknown) => void,
): Promise<Stores> {
  const { accounts: place, redis } = options
  const accounts = await openerOf(place).open(place, options)
  if (redis === undefined) return accounts
  const { withRedis } = await import('./open-redis.ts')
  return withRedis(accounts, redis, options, report)
}

/** Changes nothing. @returns the SQL that opening the database would send first. */
export function pendingMigrations({
  accounts,
}: Pick<ResolvedOptions, 'accounts'>): Promise<readonly string[]> {
  return openerOf(accounts).pending(accounts)
}

const openerOf = ({ kind }: AccountsDatabase) => openers[kind] as Opener<AccountsDatabase['kind']>
