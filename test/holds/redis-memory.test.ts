/** What a session takes in Redis. `node bench/run.mjs store-memory` measures it at 100,000. */

import { expect, test } from 'vitest'
import { hasRedis, redisIsMissing } from '../support/redis-server.ts'
import { benchRows, canMeasure } from './bench-result.ts'

interface Bytes {
  readonly id: string
  readonly all: number
  readonly refreshed: number
}

/** Fills hash tables as 100,000 do, and the keys of the index a quarter as much. */
const settings = { sessions: 26_000, refreshes: 1 }

if (!hasRedis()) redisIsMissing('the memory of a session in Redis')

test.skipIf(!hasRedis() || !canMeasure)(
  'a session of a browser takes less than 350 bytes with its index, fresh and refreshed',
  { timeout: 300_000 },
  async () => {
    const only = ['no-device', 'device', 'device-five']
    for (const { all, refreshed } of await benchRows<Bytes>('store-memory', only, settings)) {
      expect(all).toBeLessThan(350)
      expect(refreshed).toBeLessThan(350)
    }
  },
)
