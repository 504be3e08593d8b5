/** What a second worker brings on a second core, counted by processor time (bench/suites/workers.mjs). */

import { expect, test } from 'vitest'
import { hasRedis, redisIsMissing } from '../support/redis-server.ts'
import { type BenchRow, benchRows, canMeasure, measuredAnew } from './bench-result.ts'

interface Figures {
  /** Requests for a second of processor time, times the cores. */
  readonly capacity: number
}

/** The goal is 1.6, which the bench judges; beside other tests the cores are not the servers' own. */
const leastRatio = 1.4
const canRun = canMeasure && hasRedis()
if (!hasRedis()) redisIsMissing('two workers on Redis')

test.skipIf(!canRun).each(['guard', 'refresh'])(
  'two workers on two cores answer at least 1.4 times what one on one does: %s on Redis',
  { ...measuredAnew, timeout: 120_000 },
  async (role) => {
    const rows = await benchRows<BenchRow<Figures>>('workers', [`${role}-1`, `${role}-2`], {
      rounds: 4,
      seconds: 1,
      // With fewer a worker is woken for each answer, and what is measured is the waking.
      connections: 64,
    })
    const [one, two] = rows.map(({ rounds }) => rounds.map(({ capacity }) => capacity))
    const ratios = (two ?? []).map((capacity, round) => capacity / (one?.[round] ?? 0))
    expect(Math.max(...ratios)).toBeGreaterThanOrEqual(leastRatio)
  },
)
