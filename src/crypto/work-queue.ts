/**
 * A bounded pool for costly work: so many at work, so many waiting, the rest is refused at once.
 *
 * Knows nothing of what the work is. Source: OWASP ASVS 5.0 15.2.2 (resource-demanding functions
 * must not take the service down), SECURITY.md §3 "global hash queue".
 */

import { randomInt } from 'node:crypto'
import { AuthError } from '../errors.ts'

export interface WorkQueueOptions {
  /** How many tasks run at the same time; 1 or more. */
  readonly concurrency: number
  /** How many tasks may wait for their turn; 0 or more. */
  readonly queueLimit: number
}

export interface WorkQueue {
  /**
   * Runs a task, first come, first served. Settles as the task does.
   *
   * @throws AuthError `temporarily_unavailable` — too many are waiting; the task was not started.
   * Several callers get the same error.
   */
  run<T>(task: () => Promise<T>): Promise<T>
  /**
   * Asks before any other work is done for a task; `run` may refuse all the same.
   *
   * @throws AuthError `temporarily_unavailable` — too many are waiting now.
   */
  requirePlace(): void
}

/** Whoever is refused comes again after 1 to 3 seconds, so that not all come at once again. */
const retryAfterSeconds = [1, 2, 3]

export function createWorkQueue({ concurrency, queueLimit }: WorkQueueOptions): WorkQueue {
  const waiting: (() => void)[] = []
  let atWork = 0
  // Made once: in a flood the traces of hundreds of errors a second are a tenth of what refusing costs.
  const refusals = retryAfterSeconds.map(
    (seconds) => new AuthError('temporarily_unavailable', { retryAfterSeconds: seconds }),
  )

  const requirePlace = (): void => {
    if (atWork < concurrency || waiting.length < queueLimit) return
    throw refusals[randomInt(refusals.length)]
  }

  const takePlace = (): Promise<void> | undefined => {
    if (atWork < concurrency) {
      atWork += 1
      return undefined
    }
    requirePlace()
    return new Promise((resolve) => waiting.push(resolve))
  }

  // The place goes straight to the next in line, so a newcomer cannot slip in between.
  const leavePlace = (): void => {
    const next = waiting.shift()
    if (next === undefined) atWork -= 1
    else next()
  }

  return Object.freeze({
    requirePlace,
    async run<T>(task: () => Promise<T>): Promise<T> {
      await takePlace()
      try {
        return await task()
      } finally {
        leavePlace()
      }
    },
  })
}
