/** SQLite stores whose calls can be made to fail, as they do when the database is gone. */

import { join } from 'node:path'
import { unavailable } from '../../src/errors.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { openSqliteStores } from '../../src/stores/sqlite/open.ts'

export interface FailingStores {
  readonly stores: Stores
  /** Judges every call but the feed's, by its number since `watch` and its name. */
  watch(fails: (call: number, name: string) => boolean): void
  /** Calls since `watch`. */
  calls(): readonly string[]
}

export async function openFailingStores(folder: string): Promise<FailingStores> {
  const real = await openSqliteStores({
    path: join(folder, 'failing.db'),
    clock: () => Date.now(),
    accessLifetime: 900_000,
    inactivityTimeout: 604_800_000,
    absoluteLifetime: 2_592_000_000,
  })
  let names: string[] = []
  let fails: (call: number, name: string) => boolean = () => false

  const wrap = <T extends object>(part: T): T => {
    const wrapped = Object.entries(part).map(([name, method]) => [
      name,
      async (...input: unknown[]) => {
        if (name === 'revocations') return method(...input)
        names.push(name)
        if (fails(names.length, name)) throw unavailable(new Error('the database is gone'))
        return method(...input)
      },
    ])
    return Object.fromEntries(wrapped) as T
  }

  return {
    stores: {
      ...real,
      users: wrap(real.users),
      sessions: wrap(real.sessions),
      oneTimeTokens: wrap(real.oneTimeTokens),
      attempts: wrap(real.attempts),
    },
    watch: (judge) => {
      names = []
      fails = judge
    },
    calls: () => names,
  }
}
