/**
 * The session store's feed, mended from the accounts' own whenever it is read from its beginning (at
 * the start and after every broken connection), and after a call that failed halfway.
 *
 * A wipe or a failover may have lost entries, and an outage may have kept some out; verifiers that
 * see nothing but this feed get them then. An entry that two servers add twice changes nothing.
 *
 * First comes what the session store tells, then what it lacks of what the accounts tell, page by
 * page: however long the feeds are, no call takes longer than a page of each.
 */

import type { Revocation, RevocationPage, SessionStore, Stores } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import type { Mending } from './mending.ts'

/** Added in one step, during which a store such as Redis does nothing else. */
const mostAtOnce = 500

/** A reader on its way through both feeds. */
interface Run {
  /** Stands for it as the cursor of its pages. */
  readonly name: string
  /** What the session store tells. */
  readonly told: Set<string>
  /** Where its feed has been read to. */
  cursor: string
  /** It tells nothing more. */
  isTold: boolean
  accountsCursor: string | undefined
}

type Options = Parameters<SessionStore['revocations']>[1]

export function joinedFeed(
  sessions: SeparateSessionStore,
  accounts: Stores,
  mending: Mending,
): SessionStore['revocations'] {
  const runs = createRuns()

  async function goOn(run: Run, options: Options): Promise<RevocationPage> {
    if (run.isTold) return mend(run, options)
    const page = await sessions.revocations(run.cursor, options)
    // What it told before may be among what it has lost.
    if (page.restarted) run.told.clear()
    return tell(run, page, options)
  }

  /** Passes on a page of the session store, and with its last one what it lacks. */
  async function tell(run: Run, page: RevocationPage, options: Options): Promise<RevocationPage> {
    for (const entry of page.entries) run.told.add(keyOf(entry))
    run.cursor = page.cursor
    if (page.more) return { entries: page.entries, cursor: run.name, more: true }
    run.isTold = true
    const rest = await mend(run, options)
    return { ...rest, entries: [...page.entries, ...rest.entries] }
  }

  /** Announces what the next page of the accounts has and the session store does not tell. */
  async function mend(run: Run, options: Options): Promise<RevocationPage> {
    const page = await accounts.sessions.revocations(run.accountsCursor, options)
    const missing = page.entries.filter((entry) => !run.told.has(keyOf(entry)))
    for (let first = 0; first < missing.length; first += mostAtOnce) {
      await sessions.announce(missing.slice(first, first + mostAtOnce))
    }
    run.accountsCursor = page.cursor
    if (page.more) return { entries: missing, cursor: run.name, more: true }
    runs.end(run)
    return { entries: missing, cursor: run.cursor }
  }

  return async (cursor, options) => {
    let run = runs.find(cursor)
    const from = run === undefined && (mending.isDue() || runs.isName(cursor)) ? undefined : cursor
    try {
      if (run !== undefined) return await goOn(run, atOnce(options))
      const page = await sessions.revocations(from, options)
      if (from !== undefined && page.restarted !== true) return page
      run = runs.begin()
      return await tell(run, page, atOnce(options))
    } catch (error) {
      if (run !== undefined || from === undefined) mending.failed()
      if (run !== undefined) runs.end(run)
      throw error
    }
  }
}

/** News are waited for when all is known that was there. */
const atOnce = (options: Options): Options => ({ ...options, waitMilliseconds: 0 })

/** A reader that has gone leaves its run behind; one that comes back later than this begins again. */
const leftAfterMilliseconds = 60_000
const prefix = 'mending '

function createRuns() {
  const runs = new Map<string, { readonly run: Run; usedAt: number }>()
  let begun = 0

  function forgetThoseLeft(now: number): void {
    for (const [name, { usedAt }] of runs) {
      if (now - usedAt >= leftAfterMilliseconds) runs.delete(name)
    }
  }

  return {
    isName: (cursor: string | undefined): boolean => cursor?.startsWith(prefix) === true,
    find(cursor: string | undefined): Run | undefined {
      const found = runs.get(cursor ?? '')
      if (found !== undefined) found.usedAt = performance.now()
      return found?.run
    },
    begin(): Run {
      const now = performance.now()
      forgetThoseLeft(now)
      begun += 1
      const run: Run = {
        name: `${prefix}${begun}`,
        told: new Set(),
        cursor: '',
        isTold: false,
        accountsCursor: undefined,
      }
      runs.set(run.name, { run, usedAt: now })
      return run
    },
    end: ({ name }: Run): void => void runs.delete(name),
  }
}

function keyOf(entry: Revocation): string {
  if (entry.kind === 'session_ended') return entry.sessionId
  if (entry.kind === 'account_ended') return `${entry.accountId} ${entry.epoch}`
  return `${entry.accountId} at ${entry.changedAt}`
}
