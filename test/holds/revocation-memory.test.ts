/** What an ended session takes in memory. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import { createRevocationSet } from '../../src/verifier/revocation-set.ts'

/** `node bench/run.mjs ended-sessions` measures it at a million. */
const count = 200_000
const mostBytes = 64

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedBytes(): number {
  // Twice: array buffers that one collection finds are given back beside what runs on.
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('an ended session takes less than 64 bytes, also of 200,000', () => {
  const set = createRevocationSet({ accessLifetimeSeconds: 900, leewaySeconds: 5 })
  const before = usedBytes()
  for (let index = 0; index < count; index += 1) set.endSession(uuidV7(index), 0)
  expect((usedBytes() - before) / count).toBeLessThan(mostBytes)
  expect(set.size()).toBe(count)
})
