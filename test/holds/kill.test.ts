/** `kill -9` at any moment loses no account and no session, and brings no ended session back. */

import { expect, test } from 'vitest'
import { runKillRounds } from './kill-rounds.ts'
import { temporaryFolder } from './server-process.ts'

test('M11, R14: every answer given before kill -9 still holds after the restart', async () => {
  const totals = await runKillRounds({
    folder: temporaryFolder(),
    rounds: 4,
    milliseconds: { least: 300, most: 800 },
  })
  expect(totals.broken).toEqual([])
  expect(totals.refreshes).toBeGreaterThan(50)
})
