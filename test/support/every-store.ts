/** Every store that an application can be put on by an option, for attacks that try each. */

import { afterAll } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { sharedPostgres } from './postgres-server.ts'

export interface StoreOfApplication {
  readonly store: string
  /** New and empty. */
  readonly optionsOf: () => Promise<AuthOptions>
}

/** To be called at the top of a test file. */
export async function everyStore(suite: string): Promise<readonly StoreOfApplication[]> {
  const server = await sharedPostgres(suite)
  afterAll(() => server?.dispose())
  const sqlite = { store: 'SQLite', optionsOf: async () => ({}) }
  if (server === undefined) return [sqlite]
  const postgres = {
    store: 'PostgreSQL',
    optionsOf: async () => ({ database: await server.createDatabase() }),
  }
  return [sqlite, postgres]
}
