/** What a start costs, against bare `node:http` in the same interleaved run. */

import { expect, test } from 'vitest'
import {
  type BenchRow,
  benchRows,
  canMeasure,
  least,
  measuredAnew,
  median,
} from './bench-result.ts'

interface Started {
  readonly milliseconds: number
  readonly megabytes: number
}

const greatestStartRatio = 2.5
const greatestMegabytes = 75
/** Newer releases of Node.js need more by themselves (24: 64 MB bare, 20: 47 MB). */
const greatestMegabytesAboveBare = 27

test.skipIf(!canMeasure)(
  'the server starts within 2.5 × bare node:http and rests below 75 MB',
  { ...measuredAnew, timeout: 120_000 },
  async () => {
    const only = ['bare-node', 'countersign', 'countersign-empty']
    const rows = await benchRows<BenchRow<Started>>('start', only, { runs: 5 })
    const all = (key: keyof Started): readonly (readonly number[])[] =>
      rows.map(({ rounds }) => rounds.map((figures) => figures[key]))
    const [bare, used, empty] = all('megabytes').map(median)
    const most = Math.max(greatestMegabytes, (bare ?? 0) + greatestMegabytesAboveBare)
    expect(used).toBeLessThan(most)
    expect(empty).toBeLessThan(most)
    // The quickest of five, not the median: other tests run beside this one, and a start that
    // they disturb says nothing of what a start needs.
    const [bareStart = 0, usedStart = Number.NaN] = all('milliseconds').map(least)
    expect(usedStart / bareStart).toBeLessThanOrEqual(greatestStartRatio)
  },
)
