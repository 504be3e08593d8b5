/**
 * What throttling asks of a store: counters of attempts. Part of the ports in `ports.ts`.
 */

/** A counter of attempts that were taken. */
export interface Attempts {
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/** When an attempt may be made, and how long it is remembered. Times in milliseconds. */
export interface AttemptRule {
  /** A counter that is this old starts again at nothing. */
  readonly windowMilliseconds: number
  /** From when its age counts: its first attempt (so many in a window), or its last. */
  readonly windowFrom: 'first' | 'last'
  /** Attempts that a counter takes; the next is refused until it starts again. @default no limit */
  readonly limit?: number
  /**
   * How long the next attempt is refused after the first, the second … one that was taken. The last
   * entry holds for all further ones. @default no pauses
   */
  readonly pausesMilliseconds?: readonly number[]
}

export interface AttemptStep {
  readonly taken: boolean
  /** Attempts counted after the step, this one included when it was taken. */
  readonly count: number
  /** When the next try makes sense, from now; 0 when this one was taken. */
  readonly retryAfterMilliseconds: number
}

/** One of the counters on which an attempt is counted. */
export interface AttemptEntry {
  readonly key: string
  readonly rule: AttemptRule
  /** True where a refusal of this counter refuses none of the others. @default false */
  readonly mayBeRefused?: boolean
}

export type TakenAttempts =
  | {
      readonly taken: true
      /** One for each entry, in their order; not taken only where an entry may be refused. */
      readonly steps: readonly AttemptStep[]
    }
  | {
      readonly taken: false
      /** The first entry that refused, by its place from 0 on. */
      readonly refusedBy: number
      readonly step: AttemptStep
    }

/** What becomes of a counter when the outcome of its attempt is known. */
export type AttemptChange =
  | {
      readonly key: string
      /**
       * Takes one attempt back that was taken and then not made, or did not fail. Times stay as
       * they are; a counter that is at 0 or has started again is left alone.
       */
      readonly change: 'give_back'
    }
  | {
      readonly key: string
      /** Removes the counter. */
      readonly change: 'clear'
      /** A counter that has reached this count stays as it is. @default none does */
      readonly below?: number
    }

/** Counts attempts. Keys are opaque, and the writes need not be durable. */
export interface AttemptStore {
  /**
   * Counts one attempt on all of its counters before it is made, or on none: where the rule of one
   * refuses, nothing changes. They decide as `takeAttempts` in `take-attempt.ts` does.
   *
   * Reading and counting are one atomic step, so that however many ask at once no more are let
   * through than the rules say. Where a store has such a step for one counter only (a Redis Cluster,
   * MongoDB), it looks at all of them, counts, and takes back what it has counted when one of them
   * refuses, or has changed, in between. Broken off there, it has counted an attempt that was not
   * made; never too few.
   *
   * @param entries one or more, with different keys.
   */
  takeAll(entries: readonly AttemptEntry[]): Promise<TakenAttempts>
  /**
   * Changes several counters in one round trip. Each change is atomic; all of them need not be.
   *
   * @param changes one or more, with different keys.
   */
  settle(changes: readonly AttemptChange[]): Promise<void>
  /** Undefined also when the window has passed. */
  read(key: string): Promise<Attempts | undefined>
  /** Removes counters whose window has passed. */
  prune(): Promise<void>
}
