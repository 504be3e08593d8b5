/** A short soak; `npm run soak` plays millions of steps. */

import { afterAll, expect, test } from 'vitest'
import { leftOut } from '../left-out.ts'
import { playChunk, startSoakPair } from '../soak/chunk.ts'
import { hasRedis } from '../support/redis-server.ts'

if (!hasRedis()) leftOut('a soak of sessions in Redis', 'apt-get install redis-server')
const pair = hasRedis() ? await startSoakPair() : undefined
afterAll(() => pair?.dispose())

test.skipIf(pair === undefined)(
  'G1, G4, G5: while Redis is killed, emptied, filled, frozen and failed over nobody honest is logged out, no ended session comes back, and no thief stays in',
  { timeout: 60_000 },
  async () => {
    if (pair === undefined) return
    const { totals, broken } = await playChunk({
      pair,
      seed: 42,
      steps: 15_000,
      accounts: 120,
      calmTurns: 8,
    })
    expect(broken).toEqual([])
    expect(totals).toMatchObject({ lost: 0, revived: 0, missed: 0, unexpected: 0 })
    for (const seen of ['refreshed', 'restored', 'recovered', 'unavailable', 'probes'] as const) {
      expect(totals[seen], seen).toBeGreaterThan(10)
    }
    expect(totals.caught).toBeGreaterThan(0)
    expect(totals.faults).toBeGreaterThanOrEqual(10)
  },
)
