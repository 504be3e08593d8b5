import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createMac } from '../../src/crypto/mac.ts'

const expected = (key: Uint8Array, message: Uint8Array) =>
  createHmac('sha256', key).update(message).digest('hex')

test('a code is that of Node.js, for keys and messages of every length', () => {
  for (const keyBytes of [1, 31, 32, 33, 63, 64, 65, 200]) {
    for (const messageBytes of [0, 1, 55, 56, 63, 64, 65, 70, 500]) {
      const key = randomBytes(keyBytes)
      const mac = createMac(key, messageBytes)
      for (let round = 0; round < 5; round += 1) {
        const message = randomBytes(messageBytes)
        expect(mac(message).toString('hex')).toBe(expected(key, message))
      }
    }
  }
})

test('RFC 4231 §4.2 and §4.3: the published codes', () => {
  const first = createMac(Buffer.alloc(20, 0x0b), 8)(Buffer.from('Hi There'))
  expect(first.toString('hex')).toBe(
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  )
  const text = Buffer.from('what do ya want for nothing?')
  expect(createMac(Buffer.from('Jefe'), text.length)(text).toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('what follows the message does not count, and a code does not change with the next', () => {
  const key = randomBytes(32)
  const mac = createMac(key, 70)
  const message = randomBytes(102)
  const code = mac(message)
  const before = code.toString('hex')
  expect(before).toBe(expected(key, message.subarray(0, 70)))
  mac(randomBytes(102))
  expect(code.toString('hex')).toBe(before)
})
