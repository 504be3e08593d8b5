/** How many guarded requests a second, against bare `node:http` in the same interleaved run. */

import { expect, test } from 'vitest'
import { benchResult, canMeasure } from './bench-result.ts'

interface Ratios {
  /** Of requests a second, in the best round. */
  readonly bestRatio: number
  /** Of requests a second of processor time, in the median round; hardly moved by neighbours. */
  readonly processorRatio: number
}

const leastRatio = 0.5

test.skipIf(!canMeasure)(
  'GET /protected answers at least half as many requests a second as bare node:http',
  { timeout: 60_000 },
  async () => {
    const result = await benchResult<Ratios>('guard.mjs', { rounds: 4, seconds: 0.7 })
    expect(result.bestRatio).toBeGreaterThanOrEqual(leastRatio)
    expect(result.processorRatio).toBeGreaterThanOrEqual(leastRatio)
  },
)
