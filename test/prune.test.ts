/** What can no longer matter is removed, also by a process that never runs for an hour. */

import { expect, test } from 'vitest'
import { openMemoryStores } from '../src/stores/memory/index.ts'
import { createTestAuth } from './support/test-server.ts'

test('every store that keeps short-lived records is pruned at the start', async () => {
  const stores = await openMemoryStores({
    clock: () => Date.now(),
    accessLifetime: 900_000,
    inactivityTimeout: 604_800_000,
    absoluteLifetime: 2_592_000_000,
  })
  const pruned: string[] = []
  const watched = <T extends { prune(): Promise<void> }>(name: string, store: T): T => ({
    ...store,
    prune: async () => void pruned.push(name),
  })
  await createTestAuth({
    stores: {
      ...stores,
      sessions: watched('sessions', stores.sessions),
      oneTimeTokens: watched('one-time tokens', stores.oneTimeTokens),
      attempts: watched('attempts', stores.attempts),
    },
  })
  expect(pruned).toEqual(['sessions', 'one-time tokens', 'attempts'])
})
