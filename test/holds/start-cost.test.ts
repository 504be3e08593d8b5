/** What a start costs, against bare `node:http` in the same interleaved run. */

import { expect, test } from 'vitest'
import { benchResult, canMeasure } from './bench-result.ts'

interface Summary {
  readonly median: number
  readonly least: number
  readonly most: number
}

interface Started {
  readonly milliseconds: Summary
  readonly megabytes: Summary
}

const greatestStartRatio = 2.5
const greatestMegabytes = 75
/** Newer releases of Node.js need more by themselves (24: 64 MB bare, 20: 47 MB). */
const greatestMegabytesAboveBare = 27

test.skipIf(!canMeasure)(
  'the server starts within 2.5 × bare node:http and rests below 75 MB',
  { timeout: 60_000 },
  async () => {
    const { bare, restart, first } = await benchResult<
      Readonly<Record<'bare' | 'restart' | 'first', Started>>
    >('start.mjs', { runs: 5 })
    const megabytes = Math.max(
      greatestMegabytes,
      bare.megabytes.median + greatestMegabytesAboveBare,
    )
    expect(restart.megabytes.median).toBeLessThan(megabytes)
    expect(first.megabytes.median).toBeLessThan(megabytes)
    // The quickest of five, not the median: other tests run beside this one, and a start that
    // they disturb says nothing of what a start needs.
    const ratio = restart.milliseconds.least / bare.milliseconds.least
    expect(ratio).toBeLessThanOrEqual(greatestStartRatio)
  },
)
