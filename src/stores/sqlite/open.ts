/**
 * All stores in one SQLite file, shared by any number of processes of one machine.
 */

import type { Clock } from '../../clock.ts'
import { AuthError } from '../../errors.ts'
import type { Stores } from '../ports.ts'
import { type DatabaseOptions, openDatabase } from './database.ts'
import { startUpError } from './failure.ts'
import { sqliteFeed } from './feed.ts'
import { sqliteKeys } from './keys.ts'
import { migrate } from './schema.ts'
import { type SessionLifetimes, sqliteSessions } from './sessions.ts'
import { sqliteUsers } from './users.ts'

export interface SqliteStoresOptions extends DatabaseOptions, SessionLifetimes {
  readonly clock: Clock
}

/**
 * Opens the file, makes it if it is missing, and brings its tables to the newest version.
 *
 * @throws Error with a sentence for the operator that names the path.
 */
export async function openSqliteStores(options: SqliteStoresOptions): Promise<Stores> {
  const { path, clock } = options
  const database = await openDatabase(options)
  try {
    await migrate(database, path)
  } catch (error) {
    database.close()
    throw error instanceof AuthError ? startUpError(path, error.cause) : error
  }
  const feed = sqliteFeed(database, clock, options.accessLifetime)
  return Object.freeze<Stores>({
    users: sqliteUsers(database, feed, clock),
    sessions: sqliteSessions(database, feed, clock, options),
    keys: sqliteKeys(database),
    ping: () =>
      database.read((queries) => {
        queries.get('PRAGMA user_version')
      }),
    async close() {
      feed.close()
      database.close()
    },
  })
}
