/**
 * All stores in one SQLite file, shared by any number of processes of one machine.
 */

import type { Clock } from '../../clock.ts'
import { AuthError } from '../../errors.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { Stores } from '../ports.ts'
import { sqliteAttempts } from './attempts.ts'
import { type DatabaseOptions, openDatabase, type Queries } from './database.ts'
import { sqliteEndedList } from './ended-list.ts'
import { startUpError } from './failure.ts'
import { sqliteFeed } from './feed.ts'
import { sqliteKeys } from './keys.ts'
import { sqliteOneTimeTokens } from './one-time-tokens.ts'
import { migrate, migrations } from './schema.ts'
import { sqliteSessions } from './sessions.ts'
import { sqliteTransfer } from './transfer.ts'
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
    await database.read(touchEveryTable)
    database.serve(migrations.length)
  } catch (error) {
    database.close()
    throw error instanceof AuthError ? startUpError(path, error.cause) : error
  }
  const feed = sqliteFeed(database, clock, options.accessLifetime)
  return Object.freeze<Stores>({
    users: sqliteUsers(database, feed, clock),
    sessions: sqliteSessions(database, feed, clock, options),
    keys: sqliteKeys(database),
    oneTimeTokens: sqliteOneTimeTokens(database, clock),
    attempts: sqliteAttempts(database, clock),
    endedList: sqliteEndedList(database, feed, clock, options),
    transfer: sqliteTransfer(database, feed, clock),
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

/** Finds a damaged file now, with its name, and not with the first request. */
function touchEveryTable(queries: Queries): void {
  const tables = queries.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table'",
  )
  for (const { name } of tables) queries.all(`SELECT * FROM "${name}" LIMIT 1`)
}
