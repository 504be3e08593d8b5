/** Session ids show whose they are, to whoever has the secret and to nobody else. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeyRing } from '../../src/crypto/key-rings.ts'
import { isUuid, uuidBytes, uuidFromBytes, uuidTime, uuidV7 } from '../../src/crypto/uuid.ts'
import { createSessionIds } from '../../src/tokens/session-ids.ts'

const idsOf = (...secrets: string[]) =>
  createSessionIds(
    createKeyRing(
      secrets.map((secret) => secret.repeat(32)),
      'session ids',
    ),
  )

const ids = idsOf('a')
const now = 1_900_000_000_123
const [ada, bob] = [uuidV7(now), uuidV7(now)]

test('an id is a UUID of version 7 with the birth of the session', () => {
  const id = ids.create(ada, now)
  expect(isUuid(id)).toBe(true)
  expect([id[14], '89ab'.includes(id[19] ?? '')]).toEqual(['7', true])
  expect(uuidTime(id)).toBe(now)
})

test('R12: an id is of the account that it was made for, and of no other', () => {
  const id = ids.create(ada, now)
  expect([ids.isOf(id, ada), ids.isOf(id, bob)]).toEqual([true, false])
})

test('an id that no secret of the ring has made is of nobody', () => {
  const id = ids.create(ada, now)
  expect(idsOf('b').isOf(id, ada)).toBe(false)
  expect(idsOf('b', 'a').isOf(id, ada)).toBe(true)
  expect(ids.isOf(uuidV7(now), ada)).toBe(false)
  for (const odd of ['', 'x', id.toUpperCase(), `${id} `, id.replaceAll('-', '')]) {
    expect(ids.isOf(odd, ada)).toBe(false)
  }
})

test('an id that was changed in one bit is of nobody', () => {
  fc.assert(
    fc.property(fc.nat({ max: 127 }), (bit) => {
      const bytes = uuidBytes(ids.create(ada, now))
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      return !ids.isOf(uuidFromBytes(bytes), ada)
    }),
    { numRuns: 500 },
  )
})

test('ids of one account and one millisecond differ', () => {
  const made = Array.from({ length: 2000 }, () => ids.create(ada, now))
  expect(new Set(made).size).toBe(made.length)
})
