/**
 * Parallel callers for the rules, spread over the store and its second handle.
 */

import type { Stores } from '../ports.ts'

const callers = 50

/** Lets 50 callers begin before the first has ended. */
export function inParallel<Result>(
  handles: readonly [Stores, Stores],
  call: (stores: Stores, index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(
    Array.from({ length: callers }, (_, index) => call(handles[index % 2 === 0 ? 0 : 1], index)),
  )
}

/** How often each value occurs. */
export function tally(values: readonly (string | boolean)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[`${value}`] = (counts[`${value}`] ?? 0) + 1
  return counts
}
