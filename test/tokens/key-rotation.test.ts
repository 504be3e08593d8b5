import { describe, expect, it, onTestFinished } from 'vitest'
import type { AuthEvent } from '../../src/events.ts'
import { withFaults } from '../../src/stores/contract/with-faults.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openSigningKeys } from '../../src/tokens/signing-keys.ts'
import { ringOf, start, times } from './token-kit.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Stores, and processes on them whose clocks move together. */
async function openDeployment(skews: readonly number[] = [0, 0, 0]) {
  let time = start
  let down = false
  const lifetimes = { accessLifetime: 15 * minute, inactivityTimeout: day, absoluteLifetime: day }
  const memory = await openMemoryStores({ clock: () => time, ...lifetimes })
  const stores = withFaults(memory, () => (down ? 'before' : undefined))
  const events: AuthEvent[] = []
  let forgotten = 0
  const open = async (skew = 0, ring = ringOf('a')) => {
    const keys = await openSigningKeys({
      ...{ store: stores.keys, ring, algorithm: 'ES256', times, now: () => time + skew },
      emit: (event) => void events.push(event),
      onRemoved: () => {
        forgotten += 1
      },
    })
    onTestFinished(() => keys.stop())
    return keys
  }
  const processes = await Promise.all(skews.map((skew) => open(skew)))
  return {
    ...{ stores, events, processes, open },
    forgotten: () => forgotten,
    wait: (milliseconds: number) => {
      time += milliseconds
    },
    setDown: (value: boolean) => {
      down = value
    },
    refreshAll: () => Promise.all(processes.map((keys) => keys.refresh())),
    kids: () => processes.map((keys) => keys.current().kid),
    published: () => processes.map((keys) => keys.jwks().keys.map(({ kid }) => kid)),
  }
}

type Deployment = Awaited<ReturnType<typeof openDeployment>>
const first = <Value>(values: readonly Value[]): Value => values[0] as Value

describe('K2: rotation by hand', () => {
  it('publishes the next key everywhere before anyone signs with it', async () => {
    const all = await openDeployment()
    const older = first(all.kids())
    const { kid, activeAt } = await first(all.processes).rotate()
    expect(activeAt).toBe(new Date(start + 15 * minute).toISOString())
    await all.refreshAll()
    expect(all.kids()).toEqual([older, older, older])
    expect(all.published()).toEqual(Array(3).fill([kid, older]))
    all.wait(15 * minute - 1)
    expect(all.kids()).toEqual([older, older, older])
    all.wait(1)
    expect(all.kids()).toEqual([kid, kid, kid])
  })

  it('the older key verifies for as long as its last token, and is then removed', async () => {
    const all = await openDeployment()
    const older = first(all.kids())
    const { kid } = await first(all.processes).rotate()
    await all.refreshAll()
    all.wait(15 * minute + times.retirement - 1)
    await all.refreshAll()
    expect(all.published()).toEqual(Array(3).fill([kid, older]))
    all.wait(1)
    for (const keys of all.processes) expect(await keys.find(older)).toBeUndefined()
    expect(all.published()).toEqual(Array(3).fill([kid]))
    expect(await all.stores.keys.listKeys()).toHaveLength(2)
    // An hour later no clock of the deployment takes it for good.
    all.wait(hour)
    await all.refreshAll()
    expect(await all.stores.keys.listKeys()).toMatchObject([{ kid }])
    expect(all.events).toContainEqual({ type: 'signing_key_removed', kid: older })
  })

  it('processes that rotate at the same moment agree on one key', async () => {
    const all = await openDeployment()
    const made = await Promise.all(all.processes.map((keys) => keys.rotate()))
    expect(new Set(made.map(({ kid }) => kid)).size).toBe(1)
    expect(await all.stores.keys.listKeys()).toHaveLength(2)
  })

  it('the list says which key is in which state', async () => {
    const all = await openDeployment()
    const keys = first(all.processes)
    const older = keys.current().kid
    const { kid, activeAt } = await keys.rotate()
    const createdAt = new Date(start).toISOString()
    expect(await keys.list()).toEqual([
      { kid: older, algorithm: 'ES256', createdAt, activeAt: createdAt, state: 'active' },
      { kid, algorithm: 'ES256', createdAt, activeAt, state: 'published' },
    ])
    const statesAfter = async (milliseconds: number) => {
      all.wait(milliseconds)
      return (await keys.list()).map(({ state }) => state)
    }
    expect(await statesAfter(15 * minute)).toEqual(['retiring', 'active'])
    expect(await statesAfter(times.retirement)).toEqual(['active'])
  })
})

describe('K2: rotation by itself', () => {
  it('adds one key after 90 days, whoever comes first', async () => {
    const all = await openDeployment()
    all.wait(90 * day - 1)
    await all.refreshAll()
    expect(await all.stores.keys.listKeys()).toHaveLength(1)
    all.wait(1)
    await all.refreshAll()
    await all.refreshAll()
    const [, next] = await all.stores.keys.listKeys()
    expect(next).toMatchObject({ sequence: 2, activeAt: start + 90 * day + 15 * minute })
    expect(await all.stores.keys.listKeys()).toHaveLength(2)
  })

  it('a process started after a long time does so too', async () => {
    const all = await openDeployment([0])
    all.wait(400 * day)
    const keys = await all.open()
    expect(keys.current().kid).toBe(first(all.kids()))
    expect(keys.jwks().keys).toHaveLength(2)
  })
})

describe('a key that leaked', () => {
  it('is gone at once, with what it verified; the new one signs', async () => {
    const all = await openDeployment()
    const [one, other] = all.processes as [Deployment['processes'][0], Deployment['processes'][0]]
    const older = one.current().kid
    await one.rotate()
    const { kid } = await one.rotate({ now: true })
    expect(one.current().kid).toBe(kid)
    expect(await one.find(older)).toBeUndefined()
    expect(await all.stores.keys.listKeys()).toMatchObject([{ kid }])
    expect(all.forgotten()).toBe(1)
    // Another process hears of it from the first new token that it sees.
    expect(await other.find(kid)).toMatchObject({ kid })
    expect(other.current().kid).toBe(kid)
    expect(await other.find(older)).toBeUndefined()
    expect(all.forgotten()).toBe(2)
  })

  it('several that say so at once leave one key that all sign with', async () => {
    const all = await openDeployment()
    await Promise.all(all.processes.map((keys) => keys.rotate({ now: true })))
    await all.refreshAll()
    expect(await all.stores.keys.listKeys()).toHaveLength(1)
    expect(new Set(all.kids()).size).toBe(1)
  })
})

describe('M17: processes that know too little', () => {
  it('one whose clock is five minutes ahead signs what all others verify', async () => {
    const all = await openDeployment([0, 5 * minute, -5 * minute])
    const { kid } = await first(all.processes).rotate()
    await all.refreshAll()
    all.wait(10 * minute)
    expect(all.kids().map((signing) => signing === kid)).toEqual([false, true, false])
    for (const keys of all.processes) expect(await keys.find(kid)).toMatchObject({ kid })
  })

  it('the older key verifies for a slow clock after a fast one has retired it', async () => {
    const all = await openDeployment([0, 5 * minute, -5 * minute])
    const older = first(all.kids())
    await first(all.processes).rotate()
    all.wait(15 * minute + times.retirement)
    await all.refreshAll()
    const found = await Promise.all(all.processes.map((keys) => keys.find(older)))
    expect(found.map((key) => key !== undefined)).toEqual([false, false, true])
  })

  it('one that slept through the publication reads the keys before it signs', async () => {
    const all = await openDeployment()
    const { kid } = await first(all.processes).rotate()
    all.wait(16 * minute)
    expect(await all.processes[1]?.forSigning()).toMatchObject({ kid })
  })

  it('one that cannot reach the store keeps what it knows', async () => {
    const all = await openDeployment()
    const older = first(all.kids())
    all.setDown(true)
    all.wait(hour)
    await all.refreshAll()
    expect(await first(all.processes).forSigning()).toMatchObject({ kid: older })
    expect(first(all.processes).find(older)).toMatchObject({ kid: older })
    all.setDown(false)
    const { kid } = await first(all.processes).rotate()
    await all.refreshAll()
    expect(await all.processes[1]?.find(kid)).toMatchObject({ kid })
  })
})

describe('a change of the secret', () => {
  it('old and new, then new and old, then new only: the same key signs and verifies', async () => {
    const all = await openDeployment([0])
    const kid = first(all.kids())
    for (const ring of [ringOf('a', 'b'), ringOf('b', 'a'), ringOf('b')]) {
      const keys = await all.open(0, ring)
      expect(keys.current().kid).toBe(kid)
      expect(keys.find(kid)).toMatchObject({ kid })
      all.wait(day)
    }
    expect(await all.stores.keys.listKeys()).toHaveLength(1)
  })

  it('a key that an old process adds during the change is sealed again while it runs', async () => {
    const all = await openDeployment([])
    const before = await all.open(0, ringOf('a', 'b'))
    const after = await all.open(0, ringOf('b', 'a'))
    const { kid } = await before.rotate()
    await after.refresh()
    all.wait(15 * minute)
    expect((await all.open(0, ringOf('b'))).current().kid).toBe(kid)
  })
})
