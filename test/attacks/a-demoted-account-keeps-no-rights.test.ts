/** Rights that were taken away are gone from every token, also from one issued meanwhile. */

import { expect, test } from 'vitest'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { createTestAuth, password } from '../support/test-server.ts'

test('T9: a refresh that read the account before the change, and ends long after it, shows no old rights', async () => {
  let now = 1_900_000_000_000
  const clock = () => now
  const lifetimes = { inactivityTimeout: 604_800_000, absoluteLifetime: 2_592_000_000 }
  const real = await openMemoryStores({ clock, accessLifetime: 900_000, ...lifetimes })
  let beforeStep = async () => {}
  const refresh: Stores['sessions']['refresh'] = async (...input) => {
    await beforeStep()
    return real.sessions.refresh(...input)
  }
  const stores: Stores = { ...real, sessions: { ...real.sessions, refresh } }
  const { auth } = await createTestAuth({ stores, clock, accessToken: { leeway: 0 } })
  const user = await auth.users.create({ username: 'ada', password, roles: ['admin'] })
  const { session } = await auth.login({ username: 'ada', password })
  beforeStep = async () => {
    now += 1000
    await auth.users.setRoles(user.id, [])
    now += 2000
  }
  const { accessToken } = await auth.refresh(session.refreshToken)
  expect((await auth.verify(accessToken)).roles).toEqual([])
})
