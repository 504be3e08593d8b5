/**
 * The session store's feed, mended from the accounts' own whenever it is read from its beginning:
 * at the start and after every broken connection.
 *
 * A wipe or a failover may have lost entries, and an outage may have kept some out; verifiers that
 * see nothing but this feed get them then. An entry that two servers add twice changes nothing.
 */

import type { Revocation, SessionStore, Stores } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'

/** Added in one step, during which a store such as Redis does nothing else. */
const mostAtOnce = 500

export function joinedFeed(
  sessions: SeparateSessionStore,
  accounts: Stores,
): SessionStore['revocations'] {
  return async (cursor, options) => {
    const page = await sessions.revocations(cursor, options)
    if (cursor !== undefined && page.restarted !== true) return page
    const known = await accounts.sessions.revocations(undefined, options)
    const present = new Set(page.entries.map(keyOf))
    const missing = known.entries.filter((entry) => !present.has(keyOf(entry)))
    for (let from = 0; from < missing.length; from += mostAtOnce) {
      await sessions.announce(missing.slice(from, from + mostAtOnce))
    }
    return { entries: [...page.entries, ...missing], cursor: page.cursor }
  }
}

function keyOf(entry: Revocation): string {
  if (entry.kind === 'session_ended') return entry.sessionId
  if (entry.kind === 'account_ended') return `${entry.accountId} ${entry.epoch}`
  return `${entry.accountId} at ${entry.changedAt}`
}
