import { describe, expect, it } from 'vitest'
import { isSealedWithCurrentKey, sealValue } from '../../src/crypto/sealed-value.ts'
import type { AuthEvent } from '../../src/events.ts'
import type { StoredKey } from '../../src/stores/ports.ts'
import { openSigningKeys } from '../../src/tokens/signing-keys.ts'
import { algorithms, codeOf, memoryKeyStore, openKeys, ringOf, start, times } from './token-kit.ts'

const storedOf = (store: { keys: StoredKey[] }, at = 0): StoredKey => store.keys[at] as StoredKey

describe.each(algorithms)('signing keys for %s', (algorithm) => {
  it('the first process makes the key, later ones use it', async () => {
    const store = memoryKeyStore()
    const events: AuthEvent[] = []
    const emit = (event: AuthEvent) => void events.push(event)
    const options = { store, ring: ringOf('a'), algorithm, times, now: () => start, emit }
    const { kid } = (await openSigningKeys(options)).current()
    expect((await openSigningKeys(options)).current().kid).toBe(kid)
    expect(events).toEqual([{ type: 'signing_key_created', kid }])
    expect(storedOf(store)).toMatchObject({ sequence: 1, kid, algorithm, createdAt: start })
  })

  it('processes that start at once agree on one key', async () => {
    const store = memoryKeyStore()
    const opened = await Promise.all(Array.from({ length: 8 }, () => openKeys(algorithm, store)))
    expect(new Set(opened.map((keys) => keys.current().kid)).size).toBe(1)
    expect(store.keys).toHaveLength(1)
  })

  it('K1: the JWKS and the stored public part hold no private member', async () => {
    const store = memoryKeyStore()
    const { keys } = (await openKeys(algorithm, store)).jwks()
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) {
      for (const jwk of [...keys, storedOf(store).publicJwk]) expect(jwk).not.toHaveProperty(name)
    }
    const { kid } = storedOf(store)
    if (algorithm === 'HS256') expect(keys).toEqual([])
    else expect(keys).toMatchObject([{ kid, use: 'sig', alg: algorithm }])
  })

  it('K3: a key that signs shows nothing of itself', async () => {
    const key = (await openKeys(algorithm)).current()
    expect(Object.keys(key).sort()).toEqual(['algorithm', 'kid', 'sign'])
    expect(Object.keys(key.sign)).toEqual([])
  })

  it('K3: a key that only a secret which is gone can open verifies nothing, and a new one signs', async () => {
    const store = memoryKeyStore()
    const before = (await openKeys(algorithm, store, ringOf('a'))).current().kid
    const events: AuthEvent[] = []
    const emit = (event: AuthEvent) => void events.push(event)
    const options = { store, ring: ringOf('b'), algorithm, times, now: () => start, emit }
    const keys = await openSigningKeys(options)
    const { kid } = keys.current()
    expect(kid).not.toBe(before)
    expect(storedOf(store, 1).sequence).toBe(2)
    expect(await keys.find(before)).toBeUndefined()
    expect(keys.jwks().keys.map((jwk) => jwk.kid)).toEqual(algorithm === 'HS256' ? [] : [kid])
    await keys.refresh()
    expect(events).toEqual([
      { type: 'signing_key_refused', kid: before },
      { type: 'signing_key_created', kid },
    ])
    expect((await keys.list()).map((key) => key.state)).toEqual(['refused', 'active'])
  })

  it('a key that an older secret sealed is sealed again', async () => {
    const store = memoryKeyStore()
    const { kid } = (await openKeys(algorithm, store, ringOf('a'))).current()
    const ring = ringOf('b', 'a')
    expect((await openKeys(algorithm, store, ring)).current().kid).toBe(kid)
    expect(isSealedWithCurrentKey(ring, storedOf(store).sealedPrivateJwk)).toBe(true)
    expect((await openKeys(algorithm, store, ringOf('b'))).current().kid).toBe(kid)
  })
})

describe('keys of a store', () => {
  it('J14: a weak or foreign key stops the start', async () => {
    const ring = ringOf('a')
    const weak: [string, object][] = [
      ['HS256', { kty: 'oct', k: 'c2hvcnQ' }],
      ['RS256', { kty: 'RSA', n: 'AQAB'.repeat(42), e: 'AQAB' }],
      ['ES256', { kty: 'EC', crv: 'P-384', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
      ['EdDSA', { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ]
    for (const [algorithm, jwk] of weak) {
      const sealedPrivateJwk = sealValue(ring, JSON.stringify(jwk), 'signing key weak')
      const key = { sequence: 1, kid: 'weak', algorithm, createdAt: start, activeAt: start }
      const store = memoryKeyStore([{ ...key, publicJwk: {}, sealedPrivateJwk }])
      await expect(openKeys('ES256', store, ring)).rejects.toThrow(TypeError)
    }
  })

  it('K1: what is published is computed from the sealed part, whatever stands beside it', async () => {
    const [one, other] = [memoryKeyStore(), memoryKeyStore()]
    const { kid } = (await openKeys('ES256', one)).current()
    await openKeys('ES256', other)
    const { publicJwk } = storedOf(other)
    const swapped = await openKeys('ES256', memoryKeyStore([{ ...storedOf(one), publicJwk }]))
    expect(swapped.current().kid).toBe(kid)
    expect(swapped.jwks().keys[0]?.x).toBe(storedOf(one).publicJwk.x)
  })

  it('a private part that was sealed for another kid is refused', async () => {
    const store = memoryKeyStore()
    const { kid } = (await openKeys('ES256', store)).current()
    store.keys[0] = { ...storedOf(store), kid: 'another' }
    const keys = await openKeys('ES256', store)
    expect(keys.current().kid).not.toBe(kid)
    expect(await keys.find('another')).toBeUndefined()
  })

  it('J1: after a change of algorithm older keys verify with their own only', async () => {
    const store = memoryKeyStore()
    const { kid } = (await openKeys('EdDSA', store)).current()
    const keys = await openKeys('ES256', store)
    expect(keys.current().algorithm).toBe('ES256')
    expect(await keys.find(kid)).toMatchObject({ algorithm: 'EdDSA' })
  })

  it('of several keys the newest signs and all verify', async () => {
    const [store, other] = [memoryKeyStore(), memoryKeyStore()]
    const { kid: older } = (await openKeys('ES256', store)).current()
    const { kid: newer } = (await openKeys('ES256', other)).current()
    store.keys.unshift({ ...storedOf(other), sequence: 2 })
    for (const keys of [await openKeys('ES256', store), await openKeys('ES256', store)]) {
      expect(keys.current().kid).toBe(newer)
      expect(await keys.find(older)).toBeDefined()
      store.keys.reverse()
    }
  })

  it('an algorithm of a later version is passed over', async () => {
    const store = memoryKeyStore()
    await openKeys('ES256', store)
    store.keys.push({ ...storedOf(store), sequence: 2, kid: 'later', algorithm: 'ML-DSA-44' })
    expect((await openKeys('ES256', store)).jwks().keys).toHaveLength(1)
  })
})

describe('an unknown kid', () => {
  async function opened() {
    const store = memoryKeyStore()
    let now = start
    const keys = await openKeys('ES256', store, ringOf('a'), () => now)
    const wait = (milliseconds: number) => {
      now += milliseconds
    }
    store.reads = 0
    return { store, keys, wait }
  }

  it('reads the store at most once in ten seconds, for all callers together', async () => {
    const { store, keys, wait } = await opened()
    await Promise.all(Array.from({ length: 50 }, (_, index) => keys.find(`unknown ${index}`)))
    await keys.find('unknown')
    expect(store.reads).toBe(1)
    wait(10_000)
    expect(await keys.find('unknown')).toBeUndefined()
    expect(store.reads).toBe(2)
  })

  it('is found when another process has added it', async () => {
    const { store, keys } = await opened()
    const { kid } = (await openKeys('EdDSA', store)).current()
    expect(await keys.find(kid)).toMatchObject({ kid, algorithm: 'EdDSA' })
    expect(keys.jwks().keys).toHaveLength(2)
  })

  it('is no refusal while the store is down; known keys stay', async () => {
    const { store, keys, wait } = await opened()
    store.failure = new Error('down')
    expect(await codeOf(() => keys.find('unknown'))).toBe('temporarily_unavailable')
    expect(await codeOf(() => keys.find('unknown'))).toBe('temporarily_unavailable')
    expect(store.reads).toBe(1)
    expect(keys.find(keys.current().kid)).toMatchObject({ algorithm: 'ES256' })
    store.failure = undefined
    wait(1000)
    expect(await keys.find('unknown')).toBeUndefined()
  })
})
