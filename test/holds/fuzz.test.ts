/** Noise on the wire harms nobody; `npm run fuzz` does the same for 200,000 requests. */

import { expect, test } from 'vitest'
import { runFuzz, wasFast } from './fuzz-load.ts'
import { startServerProcess, temporaryFolder } from './server-process.ts'

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

test.skipIf(process.platform !== 'linux')(
  `G7, M28: 4,000 fuzzed requests get 4xx or 2xx, and honest clients their own data (FUZZ_SEED=${seed})`,
  { timeout: 120_000 },
  async () => {
    const server = await startServerProcess(temporaryFolder())
    const totals = await runFuzz({ server, requests: 4_000, seed })
    expect(server.complaints()).toBe('')
    expect([...totals.answers.keys()].filter((status) => status >= 500)).toEqual([])
    expect(totals.answers.size).toBeGreaterThan(8)
    expect(totals.left).toBeGreaterThan(50)
    expect([totals.p99, totals.orderlyP99, wasFast(totals)]).toEqual([
      totals.p99,
      totals.orderlyP99,
      true,
    ])
    expect(totals.memoryAfter - totals.memoryBefore).toBeLessThan(50)
  },
)
