import { describe, expect, it } from 'vitest'
import {
  type KeyRecord,
  keyState,
  keyTimesOf,
  retiredAt,
  signingChoice,
} from '../../src/tokens/key-life.ts'
import { start, times } from './token-kit.ts'

const minute = 60_000
const day = 24 * 60 * minute

const keyOf = (sequence: number, activeAt: number, algorithm = 'ES256'): KeyRecord => ({
  sequence,
  algorithm,
  createdAt: activeAt,
  activeAt,
})

const [first, second] = [keyOf(1, start), keyOf(2, start + 100 * minute)]
const both = [first, second]
const at = (minutes: number) => start + minutes * minute
const statesAt = (minutes: number) => both.map((key) => keyState(key, both, times, at(minutes)))

describe('K2: the life of a key', () => {
  it('is published before it is active, and retires after the last token of the older', () => {
    expect(statesAt(99)).toEqual(['active', 'published'])
    expect(statesAt(100)).toEqual(['retiring', 'active'])
    // 15 minutes of token, 5 seconds of leeway, a minute more.
    expect(retiredAt(first, both, times)).toBe(at(116) + 5000)
    expect(statesAt(116)).toEqual(['retiring', 'active'])
    expect(statesAt(117)).toEqual(['retired', 'active'])
    expect(retiredAt(second, both, times)).toBe(Number.POSITIVE_INFINITY)
  })

  it('depends on no order of the list', () => {
    expect(retiredAt(first, both.toReversed(), times)).toBe(retiredAt(first, both, times))
    expect(signingChoice(both, at(100))).toBe(second)
    expect(signingChoice(both.toReversed(), at(100))).toBe(second)
    expect(signingChoice(both.toReversed(), at(99))).toBe(first)
  })

  it('a process whose clock is behind signs with the first key there is', () => {
    expect(signingChoice(both, at(-5))).toBe(first)
    expect(keyState(first, [first], times, at(-5))).toBe('active')
    expect(signingChoice([], at(0))).toBeUndefined()
  })

  it('after a change of algorithm the older key stays for the time of a deployment', () => {
    const other = keyOf(2, start, 'EdDSA')
    expect(keyState(first, [first, other], times, start + 7 * day)).toBe('retiring')
    expect(keyState(first, [first, other], times, start + 8 * day)).toBe('retired')
  })

  it('publication lasts as long as a JWKS may be cached and as a token lives', () => {
    const timesFor = (accessLifetime: number) =>
      keyTimesOf({ accessLifetime, leeway: 0, rotationInterval: day }).publication
    expect(timesFor(minute)).toBe(375_000)
    expect(timesFor(60 * minute)).toBe(60 * minute)
  })
})
