/**
 * Carries what has ended: sessions, so that no refresh token of theirs works, and the feed of the last
 * access-token lifetime, so that no access token does.
 */

import type { ListedEnding, Revocation } from '../stores/ports.ts'
import { readToEnd } from '../stores/read-to-end.ts'
import { someAtOnce } from '../stores/some-at-once.ts'
import { callsAtOnce, type Move, partSize } from './move-context.ts'
import { inParts } from './parts.ts'

/** @returns how many there are in the source. */
export async function moveEndings(move: Move): Promise<number> {
  const { from, to, progress } = move
  let done = 0
  const parts = inParts(from.transfer.exportEndings, ({ sessionId }) => sessionId, partSize)
  for await (const endings of parts) {
    // Where sessions live with the accounts one that is missing has ended: there is no list to keep.
    if (to.sessionsAreSeparate) await to.transfer.importEndings(endings)
    await someAtOnce(endings, callsAtOnce, (ending) => endLive(move, ending))
    done += endings.length
    progress({ step: 'ended sessions', done })
  }
  return done
}

/** One that an earlier run brought, and that has ended since. */
async function endLive({ to }: Move, { sessionId, accountId, reason }: ListedEnding) {
  const session = await to.sessions.find(sessionId)
  if (session?.status === 'live') await to.sessions.end(sessionId, accountId, reason)
}

export async function tellRecentEndings({ from, to }: Move): Promise<void> {
  const feeds = [from.sessions.revocations, from.accountFeed ?? []].flat()
  const { signal } = new AbortController()
  const pages = await Promise.all(feeds.map((read) => readToEnd(read, signal)))
  const entries: readonly Revocation[] = pages.flatMap((page) => page.entries)
  const distinct = new Map(entries.map((entry) => [JSON.stringify(entry), entry]))
  if (distinct.size > 0) await to.transfer.announce([...distinct.values()])
}
