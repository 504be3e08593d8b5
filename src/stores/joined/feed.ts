/**
 * The session store's feed, mended from the accounts' own whenever it is read from its beginning (at
 * the start and after every broken connection), and after a call that failed halfway.
 *
 * A wipe or a failover may have lost entries, and an outage may have kept some out; verifiers that
 * see nothing but this feed get them then. An entry that two servers add twice changes nothing.
 */

import type { Revocation, SessionStore, Stores } from '../ports.ts'
import { readToEnd } from '../read-to-end.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import type { Mending } from './mending.ts'

/** Added in one step, during which a store such as Redis does nothing else. */
const mostAtOnce = 500

export function joinedFeed(
  sessions: SeparateSessionStore,
  accounts: Stores,
  mending: Mending,
): SessionStore['revocations'] {
  return async (cursor, options) => {
    const from = mending.isDue() ? undefined : cursor
    try {
      const page = await sessions.revocations(from, options)
      if (from !== undefined && page.restarted !== true) return page
      const [told, known] = await Promise.all([
        readToEnd(sessions.revocations, options.signal, page),
        readToEnd(accounts.sessions.revocations, options.signal),
      ])
      const present = new Set(told.entries.map(keyOf))
      const missing = known.entries.filter((entry) => !present.has(keyOf(entry)))
      for (let first = 0; first < missing.length; first += mostAtOnce) {
        await sessions.announce(missing.slice(first, first + mostAtOnce))
      }
      return { entries: [...told.entries, ...missing], cursor: told.cursor }
    } catch (error) {
      if (from === undefined) mending.failed()
      throw error
    }
  }
}

function keyOf(entry: Revocation): string {
  if (entry.kind === 'session_ended') return entry.sessionId
  if (entry.kind === 'account_ended') return `${entry.accountId} ${entry.epoch}`
  return `${entry.accountId} at ${entry.changedAt}`
}
