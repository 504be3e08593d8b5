import { describe, expect, test } from 'vitest'
import { createRandomSource } from '../../src/crypto/random-source.ts'

describe('random bytes', () => {
  test('no value comes twice, over many fillings of the pool', () => {
    const random = createRandomSource()
    const values = Array.from({ length: 20_000 }, () => random(16).toString('hex'))
    expect(new Set(values).size).toBe(values.length)
  })

  test('values that do not divide the pool are whole and their bytes evenly spread', () => {
    const random = createRandomSource()
    const counts = new Uint32Array(256)
    for (let value = 0; value < 20_000; value += 1) {
      const bytes = random(13)
      expect(bytes.length).toBe(13)
      for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
    }
    // 260,000 bytes: about 1,016 of each. Ten standard deviations away is no accident.
    expect(Math.min(...counts)).toBeGreaterThan(1016 - 320)
    expect(Math.max(...counts)).toBeLessThan(1016 + 320)
  })

  test('two sources give different values, and what one gave does not change later', () => {
    const [one, other] = [createRandomSource(), createRandomSource()]
    const first = one(32)
    const copy = Buffer.from(first)
    expect(first.equals(other(32))).toBe(false)
    for (let value = 0; value < 1000; value += 1) one(32)
    expect(first.equals(copy)).toBe(true)
  })

  test('more than the pool holds is refused', () => {
    expect(() => createRandomSource()(4097)).toThrow(RangeError)
  })
})
