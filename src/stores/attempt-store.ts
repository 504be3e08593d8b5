/**
 * What throttling asks of a store: counters of failures. Part of the ports in `ports.ts`.
 */

/** A counter of failures. */
export interface Attempts {
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/** Counts failures. Keys are opaque, and the writes need not be durable. */
export interface AttemptStore {
  /**
   * Counts one failure. A counter starts again at 1 once `windowMilliseconds`, as given with its last
   * failure, have passed since that one. @returns the counter after it.
   */
  record(key: string, options: { readonly windowMilliseconds: number }): Promise<Attempts>
  /** Undefined also when the window of the last failure has passed. */
  read(key: string): Promise<Attempts | undefined>
  clear(key: string): Promise<void>
  /** Removes counters whose window has passed. */
  prune(): Promise<void>
}
