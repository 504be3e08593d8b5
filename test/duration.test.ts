import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDuration } from '../src/duration.ts'

test('a number is seconds, and a unit is one of s, m, h and d', () => {
  expect(parseDuration(90)).toBe(90_000)
  expect(parseDuration('90')).toBe(90_000)
  expect(parseDuration('30s')).toBe(30_000)
  expect(parseDuration('15m')).toBe(900_000)
  expect(parseDuration('2h')).toBe(7_200_000)
  expect(parseDuration('7d')).toBe(604_800_000)
  expect(parseDuration(0)).toBe(0)
})

test('anything else is no duration', () => {
  const texts = [
    '',
    ' ',
    '15 m',
    '-1s',
    '1.5h',
    '1e3',
    '10ms',
    '1w',
    'm',
    '1M',
    '15m ',
    '٣m',
    '1m1s',
  ]
  const numbers = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21]
  for (const value of [...texts, '9999999999', ...numbers]) {
    expect([value, parseDuration(value)]).toEqual([value, undefined])
  }
})

test('whatever is read is a whole, safe number of milliseconds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,12}[smhd]?$/)), (text) => {
      const milliseconds = parseDuration(text)
      return milliseconds === undefined || Number.isSafeInteger(milliseconds)
    }),
  )
})
