/** Compares the live sessions of some accounts, one by one and both ways. */

import type { LiveSession } from '../sessions/session.ts'
import { isSameSession } from '../stores/decide-import.ts'
import type { AccountRecord } from '../stores/ports.ts'
import { someAtOnce } from '../stores/some-at-once.ts'
import { callsAtOnce, type Move } from './move-context.ts'

export interface ComparedSessions {
  readonly compared: number
  readonly differences: readonly string[]
}

export async function compareSessions(
  { from, to, mode, sessionsStay }: Move,
  sample: readonly AccountRecord[],
): Promise<ComparedSessions> {
  if (mode === 'merge' || sessionsStay) return { compared: 0, differences: [] }
  const pairs = await someAtOnce(sample, callsAtOnce, async ({ id, sessionEpoch }) => {
    const ours = await from.sessions.list(id, sessionEpoch)
    return { ours: await withoutListed(ours), theirs: await to.sessions.list(id, sessionEpoch) }
  })
  const differences = pairs.flatMap(({ ours, theirs }) => differencesOf(ours, theirs))
  const compared = pairs.reduce((sum, { ours }) => sum + ours.length, 0)
  return { compared, differences }

  /** Whoever ended it broke off before the session store knew; the target's store knows. */
  async function withoutListed(sessions: readonly LiveSession[]): Promise<LiveSession[]> {
    if (!from.sessionsAreSeparate) return [...sessions]
    const standings = await Promise.all(
      sessions.map(({ id, accountId }) => from.users.refreshAccount(accountId, id)),
    )
    return sessions.filter((_, index) => standings[index]?.sessionEnded !== true)
  }
}

function differencesOf(ours: readonly LiveSession[], theirs: readonly LiveSession[]): string[] {
  const known = new Map(theirs.map((session) => [session.id, session]))
  const wrong = ours.flatMap((session) => {
    const other = known.get(session.id)
    known.delete(session.id)
    if (other === undefined) return [`a session of account ${session.accountId} is missing`]
    const isSame = isSameSession(session, other)
    return isSame ? [] : [`a session of account ${session.accountId} differs`]
  })
  const more = [...known.values()].map(
    ({ accountId }) => `account ${accountId} has a session that the source has not`,
  )
  return [...wrong, ...more]
}
