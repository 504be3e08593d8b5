/**
 * Calls of the server within a deadline, and what a failed one means.
 *
 * A server that does not answer is left alone for a moment after some failures in a row, so that
 * requests fail at once instead of waiting one behind the other.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { AuthError, unavailable } from '../../errors.ts'
import { createBreaker } from '../breaker.ts'
import { type Collection, collectionOptions, type MongoDatabase, replyCode } from './client.ts'

export interface Connection {
  collection<Stored>(name: string): Collection<Stored>
  /**
   * Runs one step of the token path: 800 ms.
   *
   * @param step is given what throws once that time has passed: nobody waits any more, and the client
   * may have gone on elsewhere.
   */
  soon<Result>(step: (stillWanted: () => void) => Promise<Result>): Promise<Result>
  /** Runs any other step: 2 s. */
  run<Result>(step: () => Promise<Result>): Promise<Result>
}

/** In milliseconds. */
export interface Deadlines {
  readonly tokenPath: number
  readonly others: number
}

export const usualDeadlines: Deadlines = Object.freeze({ tokenPath: 800, others: 2000 })

/** What must outlive a crash and a failover: a majority has it, on its disk. */
export const durable = Object.freeze({ writeConcern: { w: 'majority', j: true } })
/** What heals itself when it is lost: the commit of a refresh, a counter. */
export const fast = Object.freeze({ writeConcern: { w: 1, j: false } })

export function createConnection(
  database: MongoDatabase,
  prefix: string,
  deadlines: Deadlines,
): Connection {
  const breaker = createBreaker()

  async function within<Result>(
    milliseconds: number,
    step: (stillWanted: () => void) => Promise<Result>,
  ) {
    if (!breaker.mayTry()) throw unavailable(new Error('MongoDB did not answer a moment ago'))
    const until = performance.now() + milliseconds
    const stillWanted = (): void => {
      if (performance.now() > until) throw new Error('the answer came too late')
    }
    try {
      const result = await deadline(milliseconds, step(stillWanted))
      breaker.succeeded()
      return result
    } catch (error) {
      if (error instanceof TypeError || error instanceof AuthError) throw error
      // A reply that is an error comes from a server that is there.
      if (replyCode(error) === undefined) breaker.failed()
      else breaker.succeeded()
      throw unavailable(error)
    }
  }

  return Object.freeze<Connection>({
    collection: <Stored>(name: string) =>
      database.collection(`${prefix}${name}`, collectionOptions) as Collection<Stored>,
    soon: (step) => within(deadlines.tokenPath, step),
    run: (step) => within(deadlines.others, step),
  })
}

function deadline<Result>(milliseconds: number, running: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`no answer within ${milliseconds} ms`))
    const timer = setTimeout(late, milliseconds)
    running.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

const mostTries = 200

/**
 * Tries a compare-and-swap until it succeeds.
 *
 * @param attempt answers undefined when somebody else was first.
 * @throws Error when it never succeeds; the caller's deadline is usually earlier.
 */
export async function untilDone<Result>(
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const result = await attempt()
    if (result !== undefined) return result
    // Jitter, so that those who lost do not meet again and again.
    await pause(Math.random() * Math.min(50, 2 * tries))
  }
  throw new Error('too many others change the same document')
}
