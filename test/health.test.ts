/** `auth.health()`: what makes a server unready, and what is only told. */

import { describe, expect, test } from 'vitest'
import { createHealth, type HealthOptions } from '../src/health.ts'
import { joinStores } from '../src/stores/joined/index.ts'
import { openMemoryStores } from '../src/stores/memory/index.ts'
import type { Stores } from '../src/stores/ports.ts'
import { lossySessions } from './support/separate-sessions.ts'

const now = 1_800_000_000_000
const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 604_800_000,
  absoluteLifetime: 2_592_000_000,
}
const memory = (): Promise<Stores> => openMemoryStores({ clock: () => now, ...lifetimes })

function healthOf(stores: Stores, options: Partial<HealthOptions> = {}, staleness = 10) {
  const follower = { stalenessMilliseconds: () => staleness }
  const settled = { leeway: 5000, maxStaleness: 5000, whenStale: 'check-store' as const }
  return createHealth(stores, follower, { clock: () => now, ...settled, ...options })
}

const told = async (health: ReturnType<typeof healthOf>) => {
  const { ready, problems } = await health()
  return [ready, ...problems.map(({ code }) => code)]
}

describe('health', () => {
  test('a store that answers and a feed that is followed are ready, without a word', async () => {
    expect(await healthOf(await memory())()).toEqual({
      ready: true,
      problems: [],
      feed: { stalenessMilliseconds: 10 },
    })
  })

  test('a feed that is late is a risk, and makes a guard that rejects then unready', async () => {
    const stores = await memory()
    expect(await told(healthOf(stores, {}, 5001))).toEqual([true, 'feed_stale'])
    const rejecting = healthOf(stores, { whenStale: 'reject' }, 5001)
    expect(await told(rejecting)).toEqual([false, 'feed_stale'])
    const never = await healthOf(stores, {}, Number.POSITIVE_INFINITY)()
    expect(never.feed.stalenessMilliseconds).toBeNull()
  })

  test('M15: clocks may differ by the leeway, in either direction, and no more', async () => {
    const stores = await memory()
    for (const difference of [-5000, 5000]) {
      expect(await told(healthOf(stores, { clock: () => now + difference }))).toEqual([true])
    }
    for (const difference of [-5001, 5001]) {
      const health = healthOf(stores, { clock: () => now + difference })
      expect(await told(health)).toEqual([false, 'clock_differs'])
    }
  })

  test('of two stores it says which one does not answer', async () => {
    const [accounts, sessions] = [await memory(), lossySessions({ clock: () => now, ...lifetimes })]
    const health = healthOf(joinStores(accounts, { sessions }))
    expect(await told(health)).toEqual([true])
    await sessions.close()
    expect(await told(health)).toEqual([false, 'sessions_unreachable'])
    await accounts.close()
    expect(await told(health)).toEqual([false, 'database_unreachable', 'sessions_unreachable'])
  })

  test('probes that come while one is under way share its answer', async () => {
    const stores = await memory()
    let pings = 0
    const ping = async (): Promise<void> => {
      pings += 1
    }
    const health = healthOf({ ...stores, ping })
    await Promise.all([health(), health(), health()])
    expect(pings).toBe(1)
    await health()
    expect(pings).toBe(2)
  })
})
