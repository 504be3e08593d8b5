import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createMac } from '../../src/crypto/mac.ts'

const expected = (key: Uint8Array, message: Uint8Array | string) =>
  createHmac('sha256', key).update(message).digest('hex')

const hex = (code: Uint8Array) => Buffer.from(code).toString('hex')

test('a code is that of Node.js, for keys and messages of every length, one after the other', () => {
  for (const keyBytes of [1, 31, 32, 33, 63, 64, 65, 200]) {
    const key = randomBytes(keyBytes)
    const mac = createMac(key)
    for (const messageBytes of [70, 0, 1, 55, 500, 56, 63, 5000, 64, 65, 70, 12]) {
      const message = randomBytes(messageBytes)
      expect(hex(mac(message))).toBe(expected(key, message))
      const text = message.toString('base64url')
      expect(hex(mac(text))).toBe(expected(key, text))
    }
  }
})

test('RFC 4231 §4.2 and §4.3: the published codes', () => {
  const first = createMac(Buffer.alloc(20, 0x0b))('Hi There')
  expect(hex(first)).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
  const second = createMac(Buffer.from('Jefe'))(Buffer.from('what do ya want for nothing?'))
  expect(hex(second)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})
