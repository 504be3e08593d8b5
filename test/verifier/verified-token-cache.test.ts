import { describe, expect, it } from 'vitest'
import type { AccessClaims } from '../../src/tokens/claims.ts'
import { createVerifiedTokenCache } from '../../src/verifier/verified-token-cache.ts'
import { goodClaims } from '../tokens/token-kit.ts'

const options = { leewaySeconds: 5, accessLifetimeSeconds: 900 }
const claimsOf = (exp: number, sub = 'a'): AccessClaims => ({ ...goodClaims, exp, sub })

describe('the cache of verified tokens', () => {
  it('J20: one signature under another header or claims is not found', () => {
    const cache = createVerifiedTokenCache(options)
    cache.set('h.p.s', claimsOf(1000), 0)
    expect(cache.get('h.p.s', 0)?.sub).toBe('a')
    for (const token of ['h.q.s', 'g.p.s', 'p.s', 's', '', '.s']) {
      expect(cache.get(token, 0)).toBeUndefined()
    }
  })

  it("J20: users that come by turns never get each other's claims", () => {
    const cache = createVerifiedTokenCache({ ...options, maxEntries: 64 })
    for (let turn = 0; turn < 200_000; turn += 1) {
      const user = String((turn * 7919) % 100)
      const found = cache.get(`h.${user}.s${user}`, 0)
      if (found === undefined) cache.set(`h.${user}.s${user}`, claimsOf(1000, user), 0)
      else if (found.sub !== user) throw new Error(`user ${user} got ${found.sub}`)
    }
  })

  it('J20: nothing is returned from exp and the leeway on', () => {
    const cache = createVerifiedTokenCache(options)
    cache.set('h.p.s', claimsOf(1000), 0)
    expect(cache.get('h.p.s', 1_004_999)).toBeDefined()
    expect(cache.get('h.p.s', 1_005_000)).toBeUndefined()
  })

  it('J20: is bounded in entries; what is in use stays', () => {
    const cache = createVerifiedTokenCache({ ...options, maxEntries: 10 })
    cache.set('h.p.hot', claimsOf(1000), 0)
    for (let at = 0; at < 1000; at += 1) {
      cache.set(`h.p.${at}`, claimsOf(1000), 0)
      expect(cache.size()).toBeLessThanOrEqual(10)
      expect(cache.get('h.p.hot', 0)).toBeDefined()
    }
  })

  it('J20: is bounded in bytes', () => {
    const cache = createVerifiedTokenCache({ ...options, maxBytes: 100_000 })
    for (let at = 0; at < 1000; at += 1) {
      cache.set(`h.${'p'.repeat(3000)}.${at}`, claimsOf(1000), 0)
    }
    expect(cache.size()).toBeLessThanOrEqual(15)
    cache.set(`h.${'p'.repeat(30_000)}.big`, claimsOf(1000), 0)
    expect(cache.get(`h.${'p'.repeat(30_000)}.big`, 0)).toBeUndefined()
  })

  it('what fits stays, though every token is used as seldom as any other', () => {
    const cache = createVerifiedTokenCache(options)
    const tokens = Array.from({ length: 15_000 }, (_, at) => `h.${'p'.repeat(600)}.s${at}`)
    for (const token of tokens) cache.set(token, claimsOf(1000), 0)
    for (let turn = 0; turn < 3; turn += 1) {
      expect(tokens.filter((token) => cache.get(token, 0) === undefined)).toEqual([])
    }
  })

  it('of many that are in use at most one goes for one that comes', () => {
    const cache = createVerifiedTokenCache({ ...options, maxEntries: 100 })
    const tokens = Array.from({ length: 100 }, (_, at) => `h.p.s${at}`)
    for (const token of tokens) cache.set(token, claimsOf(1000), 0)
    for (const token of tokens) cache.get(token, 0)
    for (let at = 0; at < 20; at += 1) {
      cache.set(`h.p.new${at}`, claimsOf(1000), 0)
      expect(cache.size()).toBe(100)
    }
    const left = tokens.filter((token) => cache.get(token, 0) !== undefined)
    expect(left.length).toBeGreaterThanOrEqual(80)
  })

  it('after it was cleared it holds nothing, and as much as before', () => {
    const cache = createVerifiedTokenCache({ ...options, maxBytes: 100_000 })
    const fill = (): number => {
      for (let at = 0; at < 100; at += 1) cache.set(`h.p.${at}`, claimsOf(1000), 0)
      return cache.size()
    }
    expect(fill()).toBe(100)
    cache.get('h.p.1', 0)
    cache.clear()
    expect(cache.size()).toBe(0)
    expect(cache.get('h.p.1', 0)).toBeUndefined()
    expect(fill()).toBe(100)
  })

  it('unused entries go after two access-token lifetimes', () => {
    const cache = createVerifiedTokenCache(options)
    for (let at = 0; at < 100; at += 1) cache.set(`h.p.${at}`, claimsOf(1000), 0)
    cache.set('h.p.x', claimsOf(3000), 900_000)
    cache.set('h.p.y', claimsOf(3000), 1_800_000)
    expect(cache.size()).toBe(2)
  })
})
