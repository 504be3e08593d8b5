/**
 * What the scheduler of Linux knows of a process's main thread.
 *
 * With it a test can leave out what neighbours on the machine take.
 */

import { readFileSync } from 'node:fs'

export interface MainThread {
  /** Milliseconds at work. */
  readonly busy: number
  /** Milliseconds in which it could have worked and the processor was given to others. */
  readonly waited: number
}

/** @returns both figures since the process began. */
export function mainThreadOf(pid: number): MainThread {
  const [busy = 0, waited = 0] = readFileSync(`/proc/${pid}/schedstat`, 'utf8')
    .split(' ')
    .map((nanoseconds) => Number(nanoseconds) / 1e6)
  return { busy, waited }
}

/** @returns a function that tells the milliseconds since, less the longer wait of the two processes. */
export function startWatch(...pids: readonly [number, number]): () => number {
  const start = performance.now()
  const before = pids.map((pid) => mainThreadOf(pid).waited)
  return () => {
    const waits = pids.map((pid, index) => mainThreadOf(pid).waited - (before[index] as number))
    return Math.max(0, performance.now() - start - Math.max(...waits))
  }
}
