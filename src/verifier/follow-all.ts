/**
 * Several feeds that tell the same endings, followed as one.
 *
 * Whichever is the fresher says how old the knowledge is: each of them alone is complete, because an
 * ending is in the accounts' database before it is announced anywhere.
 */

import type { FeedFollower } from './feed.ts'

export function followAll(followers: readonly FeedFollower[]): FeedFollower {
  return Object.freeze<FeedFollower>({
    start: async () => void (await Promise.all(followers.map((one) => one.start()))),
    stalenessMilliseconds(time) {
      let least = Number.POSITIVE_INFINITY
      for (const one of followers) least = Math.min(least, one.stalenessMilliseconds(time))
      return least
    },
    stop: async () => void (await Promise.all(followers.map((one) => one.stop()))),
  })
}
