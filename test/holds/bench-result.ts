/** Runs a suite of bench/ for a short while and reads its figures. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { requireBuild } from './server-process.ts'

const run = promisify(execFile)

/** The bench reads /proc. */
export const canMeasure = process.platform === 'linux'

/**
 * For tests of a ratio, which is measured anew when it is missed: those that run beside them take
 * their part of cores and caches, and a server that has become slow is so each time.
 */
export const measuredAnew = { retry: 2 } as const

/** What a suite says of one candidate; more of it by the type parameter. */
export interface BenchRow<Figures> {
  readonly id: string
  /** The figures of every round, in order: rounds of two rows belong together. */
  readonly rounds: readonly Figures[]
}

/**
 * @param only the candidates that take part, by their ids in bench/candidates/list.mjs. They must
 * need nothing that bench/package.json brings.
 * @returns their rows, in the same order.
 */
export async function benchRows<Row extends { readonly id: string }>(
  suite: string,
  only: readonly string[],
  settings: Readonly<Record<string, number>>,
): Promise<readonly Row[]> {
  requireBuild()
  const file = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url))
  const named = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const args = [file, suite, '--only', only.join(','), ...named, '--json']
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 24 })
  const { rows } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { rows: readonly Row[] }
  return only.map((id) => {
    const row = rows.find((one) => one.id === id)
    if (row === undefined) throw new Error(`bench/run.mjs ${suite} has left ${id} out`)
    return row
  })
}

export const least = (values: readonly number[]): number => Math.min(...values)

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
