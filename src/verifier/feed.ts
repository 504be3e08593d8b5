/**
 * Follows the revocation feed of a store, for as long as the process lives.
 *
 * After any error it reads again without a cursor, so all that was announced in the last
 * access-token lifetime is applied once more: a promoted replica may have lower cursors, and
 * applying an entry twice changes nothing. Errors show as staleness, never as exceptions.
 */

import type { Clock } from '../clock.ts'
import type { Revocation, RevocationPage, SessionStore } from '../stores/ports.ts'

export interface FeedFollower {
  /** Begins. Resolves when all that was announced is applied, or when a read has failed. */
  start(): Promise<void>
  /**
   * Upper bound of the age of what is known, in milliseconds: the time since the last successful
   * read began. Up to twice `waitMilliseconds` when all is well; infinite before the first read.
   *
   * @param time what the clock says, for those who have just asked it.
   */
  stalenessMilliseconds(time?: number): number
  /** Ends the loop; resolves when it has ended. */
  stop(): Promise<void>
}

export interface FeedFollowerOptions {
  readonly read: SessionStore['revocations']
  readonly apply: (entries: readonly Revocation[]) => void
  readonly now: Clock
  /** How long one read waits for news; well below half of the greatest staleness allowed. */
  readonly waitMilliseconds: number
}

const firstBackoffMilliseconds = 100
const lastBackoffMilliseconds = 2000
/** A read that takes so much longer than it was to wait is given up. */
const readGraceMilliseconds = 5000
/** Least time between two reads without news, should a store not wait. */
const idlePauseMilliseconds = 20

export function createFeedFollower(options: FeedFollowerOptions): FeedFollower {
  const { apply, now, waitMilliseconds } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let loop: Promise<void> | undefined
  let firstTurn: Promise<void> | undefined
  let cursor: string | undefined
  let currentAt = Number.NEGATIVE_INFINITY
  let backoff = firstBackoffMilliseconds
  /** There was more than the last page. */
  let isBehind = false

  /** Reads one page. @returns how long to pause before the next. */
  async function turn(): Promise<number> {
    const startedAt = now()
    try {
      // What is there already is wanted at once; only news are waited for.
      const wait = cursor === undefined || isBehind ? 0 : waitMilliseconds
      const page = await readPage(options, { cursor, wait }, signal)
      apply(page.entries)
      cursor = page.cursor
      backoff = firstBackoffMilliseconds
      isBehind = page.more === true
      if (isBehind) return 0
      currentAt = startedAt
      const waited = page.entries.length > 0 || now() - startedAt >= waitMilliseconds
      return waited ? 0 : idlePauseMilliseconds
    } catch {
      cursor = undefined
      isBehind = false
      const pause = backoff
      backoff = Math.min(backoff * 2, lastBackoffMilliseconds)
      return pause
    }
  }

  async function catchUp(): Promise<number> {
    let pause = await turn()
    while (isBehind && !signal.aborted) {
      await turnOfLoop()
      pause = await turn()
    }
    return pause
  }

  async function follow(first: Promise<number>): Promise<void> {
    let pause = await first
    while (!signal.aborted) {
      await (pause > 0 ? pauseFor(pause, signal) : turnOfLoop())
      if (!signal.aborted) pause = await turn()
    }
  }

  return Object.freeze({
    start() {
      if (firstTurn === undefined) {
        const first = catchUp()
        firstTurn = first.then(() => {})
        loop = follow(first)
      }
      return firstTurn
    },
    stalenessMilliseconds: (time = now()) => Math.max(0, time - currentAt),
    async stop() {
      stopping.abort()
      await loop
    },
  })
}

/** One read; rejects when stopped or when the store does not come back, even if it never will. */
async function readPage(
  { read }: FeedFollowerOptions,
  { cursor, wait }: { readonly cursor: string | undefined; readonly wait: number },
  stopped: AbortSignal,
): Promise<RevocationPage> {
  const giveUp = new AbortController()
  const { signal } = giveUp
  const abort = (): void => giveUp.abort()
  const timer = setTimeout(abort, wait + readGraceMilliseconds)
  unref(timer)
  stopped.addEventListener('abort', abort)
  try {
    stopped.throwIfAborted()
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    return await Promise.race([read(cursor, { waitMilliseconds: wait, signal }), aborted])
  } finally {
    clearTimeout(timer)
    stopped.removeEventListener('abort', abort)
  }
}

/**
 * Lets others have their turn, also where a store answers at once. By a timer, which takes a
 * millisecond, where there is nothing quicker.
 */
function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}

/** Resolves when the time has passed, or when stopped. */
function pauseFor(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      stopped.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    unref(timer)
    stopped.addEventListener('abort', end)
  })
}

/** Lets the process end meanwhile. Outside Node a timer is a number, and nothing is held up by it. */
const unref = (timer: unknown): void => (timer as { unref?(): void }).unref?.()
