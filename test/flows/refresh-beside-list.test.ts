/** The two questions of a refresh are asked in parallel, and either answer may come first. */

import { expect, test } from 'vitest'
import { joinStores } from '../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { lossySessions } from '../support/separate-sessions.ts'
import { createTestAuth, password } from '../support/test-server.ts'

const day = 86_400_000
const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 7 * day,
  absoluteLifetime: 30 * day,
}

/** The accounts are read when the step beside it has done all that it does. */
function readingLast(stores: Stores): Stores {
  let step: Promise<unknown> = Promise.resolve()
  return {
    ...stores,
    sessions: {
      ...stores.sessions,
      refresh(...args) {
        const running = stores.sessions.refresh(...args)
        step = running.catch(() => {})
        return running
      },
    },
    users: {
      ...stores.users,
      async refreshAccount(...args) {
        await step
        return stores.users.refreshAccount(...args)
      },
    },
  }
}

test('a replay that is on the ended list before the accounts are read is told as a replay', async () => {
  let now = Date.now()
  const clock = () => now
  const accounts = await openMemoryStores({ clock, ...lifetimes })
  const joined = joinStores(accounts, { sessions: lossySessions({ clock, ...lifetimes }) })
  const { auth } = await createTestAuth({ clock, stores: readingLast(joined) })
  await auth.register({ username: 'ada', password })
  const { session } = await auth.login({ username: 'ada', password })
  const first = await auth.refresh(session.refreshToken)
  const sibling = await auth.refresh(session.refreshToken)
  await auth.refresh(first.refreshToken)
  now += 10_000
  const replay = () => auth.refresh(sibling.refreshToken)
  await expect(replay()).rejects.toMatchObject({ code: 'refresh_token_replayed' })
  await expect(replay()).rejects.toMatchObject({ code: 'session_ended' })
})
