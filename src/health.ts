/**
 * `auth.health()`: what readiness and monitoring ask. Its answer is the body of `/readyz`.
 *
 * Codes are promises; sentences may change, and hold neither addresses nor credentials.
 */

import type { Clock } from './clock.ts'
import type { Stores } from './stores/ports.ts'
import { inspectStore, type StoreProblem } from './stores/store-problem.ts'
import type { FeedFollower } from './verifier/feed.ts'

export interface Health {
  /** False with any problem of severity `error`. */
  readonly ready: boolean
  readonly problems: readonly StoreProblem[]
  readonly feed: {
    /**
     * How old this process's knowledge of endings may be, in whole milliseconds, up to a few seconds when
     * all is well; null before the first page was read.
     */
    readonly stalenessMilliseconds: number | null
  }
}

export interface HealthOptions {
  readonly clock: Clock
  /** In milliseconds: clocks that differ by more are a problem (fault M15). */
  readonly leeway: number
  readonly maxStaleness: number
  readonly whenStale: 'check-store' | 'reject' | 'accept'
}

/** Requests that come while one is under way share its answer, so that probes never pile up. */
export function createHealth(
  stores: Stores,
  follower: Pick<FeedFollower, 'stalenessMilliseconds'>,
  options: HealthOptions,
): () => Promise<Health> {
  let underWay: Promise<Health> | undefined
  return () => {
    underWay ??= examine(stores, follower, options).finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

async function examine(
  stores: Stores,
  follower: Pick<FeedFollower, 'stalenessMilliseconds'>,
  options: HealthOptions,
): Promise<Health> {
  const [found, difference] = await Promise.all([
    inspectStore(stores),
    clockDifference(stores, options.clock),
  ])
  const problems = [...found]
  if (difference > options.leeway) problems.push(clockDiffers(difference))
  const staleness = follower.stalenessMilliseconds()
  if (staleness > options.maxStaleness) problems.push(feedIsStale(options))
  return {
    ready: !problems.some(({ severity }) => severity === 'error'),
    problems,
    feed: { stalenessMilliseconds: Number.isFinite(staleness) ? Math.round(staleness) : null },
  }
}

/** At least so many milliseconds are between the two clocks; the way to the store is not counted. */
async function clockDifference({ sessions }: Stores, clock: Clock): Promise<number> {
  const before = clock()
  const storesTime = await sessions.now().catch(() => undefined)
  if (storesTime === undefined) return 0
  return Math.max(0, before - storesTime, storesTime - clock())
}

const clockDiffers = (milliseconds: number): StoreProblem => ({
  code: 'clock_differs',
  message: `The clock of this machine differs from that of the session store by ${Math.round(milliseconds / 1000)} s: its access tokens are refused elsewhere. Set it, by NTP.`,
  severity: 'error',
})

const feedIsStale = ({ whenStale }: HealthOptions): StoreProblem => ({
  code: 'feed_stale',
  message: `News of ended sessions come late: revocation.whenStale '${whenStale}' is at work.`,
  severity: whenStale === 'reject' ? 'error' : 'warning',
})
