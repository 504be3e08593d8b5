/**
 * The revocation feed in memory: a numbered list, and waiting for its next entry.
 */

import { type Clock, toleratedClockDifferenceMilliseconds } from '../../clock.ts'
import type { Revocation, RevocationPage, SessionStore } from '../ports.ts'
import type { Steps } from './steps.ts'

interface FeedEntry {
  readonly sequence: number
  readonly at: number
  readonly revocation: Revocation
}

export interface MemoryFeed {
  /** Adds an entry within a step, and wakes those who wait. */
  append(revocation: Revocation): void
  /** Removes entries that no access token can still be concerned by. */
  prune(): void
  readonly revocations: SessionStore['revocations']
  /** Lets everybody who waits go, with an empty page. */
  close(): void
}

const pageSize = 1000

export function memoryFeed(steps: Steps, clock: Clock, accessLifetime: number): MemoryFeed {
  let entries: FeedEntry[] = []
  let newest = 0
  const waiting = new Set<() => void>()
  const wakeAll = (): void => {
    for (const wake of [...waiting]) wake()
  }

  const recentPage = (): RevocationPage => {
    const since = clock() - accessLifetime - toleratedClockDifferenceMilliseconds
    return pageFrom(
      entries.findIndex(({ at }) => at >= since),
      newest,
    )
  }
  const pageAfter = (after: number): RevocationPage =>
    pageFrom(
      entries.findIndex(({ sequence }) => sequence > after),
      after,
    )
  const pageFrom = (first: number, cursor: number): RevocationPage =>
    pageOf(first === -1 ? [] : entries.slice(first, first + pageSize), cursor)

  return {
    append(revocation) {
      newest += 1
      entries.push({ sequence: newest, at: clock(), revocation: Object.freeze(revocation) })
      wakeAll()
    },
    prune() {
      const since = clock() - 2 * accessLifetime - toleratedClockDifferenceMilliseconds
      entries = entries.filter(({ at }) => at >= since)
    },
    async revocations(cursor, { waitMilliseconds, signal }) {
      const after = await steps.run(() => sequenceOf(cursor, newest))
      if (after === undefined) return recentPage()
      const page = pageAfter(after)
      if (page.entries.length > 0 || waitMilliseconds <= 0) return page
      await nextWake(waiting, waitMilliseconds, signal)
      return pageAfter(after)
    },
    close: wakeAll,
  }
}

/** Resolves by a wake-up, by the signal or after the time, whichever is first. */
function nextWake(
  waiting: Set<() => void>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = (): void => {
      waiting.delete(finish)
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    // Waiting keeps no process alive.
    const timer = setTimeout(finish, milliseconds).unref()
    signal.addEventListener('abort', finish, { once: true })
    waiting.add(finish)
  })
}

/** @param cursor of an empty page. */
const pageOf = (entries: readonly FeedEntry[], cursor: number): RevocationPage => ({
  entries: entries.map(({ revocation }) => revocation),
  cursor: String(entries.at(-1)?.sequence ?? cursor),
  ...(entries.length === pageSize && { more: true }),
})

/** Undefined for a cursor that is not ours, such as one of an earlier process. */
function sequenceOf(cursor: string | undefined, newest: number): number | undefined {
  if (cursor === undefined || !/^\d{1,15}$/.test(cursor)) return undefined
  return Number(cursor) <= newest ? Number(cursor) : undefined
}
