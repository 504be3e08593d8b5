/** How many guarded requests a second, against bare `node:http` in the same interleaved run. */

import { expect, test } from 'vitest'
import { type BenchRow, benchRows, canMeasure, measuredAnew, median } from './bench-result.ts'

interface Figures {
  readonly perSecond: number
  /** Of processor time; hardly moved by neighbours. */
  readonly perProcessorSecond: number
}

const leastRatio = 0.5

test.skipIf(!canMeasure)(
  'GET /protected answers at least half as many requests a second as bare node:http',
  { ...measuredAnew, timeout: 60_000 },
  async () => {
    const [bare, ours] = await benchRows<BenchRow<Figures>>('guard', ['bare-node', 'countersign'], {
      rounds: 4,
      seconds: 0.7,
    })
    const ratios = (key: keyof Figures): readonly number[] =>
      (ours?.rounds ?? []).map((figures, round) => figures[key] / (bare?.rounds[round]?.[key] ?? 0))
    expect(Math.max(...ratios('perSecond'))).toBeGreaterThanOrEqual(leastRatio)
    expect(median(ratios('perProcessorSecond'))).toBeGreaterThanOrEqual(leastRatio)
  },
)
