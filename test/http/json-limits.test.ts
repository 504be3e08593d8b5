/** Limits of JSON bodies: depth and number of names, found without parsing (H2). */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exceedsLimits, maximumDepth, maximumNames } from '../../src/http/json-limits.ts'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer()
const exceeds = (text: string): boolean => exceedsLimits(Buffer.from(text))

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

function namesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((sum: number, inner) => sum + namesOf(inner), own)
}

/** Strings full of what structure is made of. */
const tricky = fc.string({ unit: fc.constantFrom('"', '\\', ':', '{', '}', '[', ']', 'a', 'é') })

test('H2: depth and names of any JSON are counted as a parser would', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 24, withCrossShrink: true }, tricky, tie('list'), tie('record')),
    list: fc.array(tie('any'), { maxLength: 4, depthIdentifier: 'json' }),
    record: fc.dictionary(tricky, tie('any'), { maxKeys: 30, depthIdentifier: 'json' }),
  })).any
  fc.assert(
    fc.property(
      value,
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 3 }),
      (inner, levels, indent) => {
        const nested = Array.from({ length: levels }).reduce<unknown>((deep) => [deep], inner)
        const text = JSON.stringify(nested, undefined, indent)
        const wanted = depthOf(nested) > maximumDepth || namesOf(nested) > maximumNames
        expect(exceeds(text)).toBe(wanted)
      },
    ),
    { numRuns: 500 },
  )
})

test('H2: the limits themselves are still within', () => {
  const names = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, ':{['])))
  expect([exceeds(names(maximumNames)), exceeds(names(maximumNames + 1))]).toEqual([false, true])
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect([exceeds(deep(maximumDepth)), exceeds(deep(maximumDepth + 1))]).toEqual([false, true])
})

test('H2: a body beyond them is refused with the reason', async () => {
  const username = `${'['.repeat(maximumDepth)}${']'.repeat(maximumDepth)}`
  const { status, body } = await send(`${server.get().base}/auth/login`, 'POST', {
    body: `{"username":${username},"password":"x"}`,
  })
  expect([status, body.code]).toEqual([400, 'invalid_request'])
  expect(body.errors).toEqual([{ field: '', message: 'must have at most 100 names and 16 levels' }])
})
