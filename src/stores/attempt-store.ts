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

/** Counts attempts. Keys are opaque, and the writes need not be durable. */
export interface AttemptStore {
  /**
   * Counts one attempt before it is made, if the rule allows it, as `takeAttempt` in
   * `take-attempt.ts` decides: reading and counting are one atomic step, so that however many ask at
   * once no more are let through than the rule says. One that is refused changes nothing.
   */
  take(key: string, rule: AttemptRule): Promise<AttemptStep>
  /**
   * Takes one attempt back that was taken and then not made, or did not fail. Times stay as they
   * are; a counter that is at 0 or has started again is left alone.
   */
  giveBack(key: string): Promise<void>
  /** Undefined also when the window has passed. */
  read(key: string): Promise<Attempts | undefined>
  clear(key: string): Promise<void>
  /** Removes counters whose window has passed. */
  prune(): Promise<void>
}
