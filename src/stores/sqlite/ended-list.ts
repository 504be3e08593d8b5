/**
 * The ended list in SQLite, with its feed entries.
 */

import type { Clock } from '../../clock.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { EndedListStore } from '../ports.ts'
import type { Database } from './database.ts'
import type { SqliteFeed } from './feed.ts'

const dayMilliseconds = 24 * 60 * 60 * 1000

export function sqliteEndedList(
  database: Database,
  feed: SqliteFeed,
  clock: Clock,
  { absoluteLifetime }: SessionLifetimes,
): EndedListStore {
  return Object.freeze<EndedListStore>({
    add: ({ sessionId, accountId, reason }) =>
      database.transaction(
        (transaction) => {
          const added = transaction.run(
            `INSERT INTO ended_sessions (session_id, account_id, reason, ended_at)
              VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
            [sessionId, accountId, reason, clock()],
          )
          if (added === 1) feed.append(transaction, { kind: 'session_ended', sessionId })
          return added === 1
        },
        { durable: true },
      ),

    prune: () =>
      database.transaction((transaction) => {
        transaction.run('DELETE FROM ended_sessions WHERE ended_at < ?', [
          clock() - absoluteLifetime - dayMilliseconds,
        ])
      }),
  })
}
