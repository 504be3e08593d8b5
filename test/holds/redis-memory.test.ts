/** What a session takes in Redis. `node bench/run.mjs store-memory` measures it at 100,000. */

import { expect, test } from 'vitest'
import { hasRedis, redisIsMissing } from '../support/redis-server.ts'
import { benchRows, canMeasure } from './bench-result.ts'

interface Bytes {
  readonly id: string
  readonly all: number
  readonly alone: number
}

/** A multiple of a thousand that leaves hash tables as full as 100,000 do. */
const sessions = 13_000
/** Buffers of connections are divided by fewer sessions here. */
const tolerance = 10

if (!hasRedis()) redisIsMissing('the memory of a session in Redis')

test.skipIf(!hasRedis() || !canMeasure)(
  'a session with its device takes less than 350 bytes, and its place in a list less than 200',
  { timeout: 120_000 },
  async () => {
    const only = ['no-device', 'device', 'device-five']
    for (const { all, alone } of await benchRows<Bytes>('store-memory', only, { sessions })) {
      expect(alone).toBeLessThan(350 + tolerance)
      expect(all - alone).toBeLessThan(200 + tolerance)
    }
  },
)
