import { expect, test } from 'vitest'
import { createKeyRing } from '../../src/crypto/key-rings.ts'
import { createCounterKeys, nameText } from '../../src/flows/counter-keys.ts'
import { accountKey } from '../../src/flows/identifiers.ts'

const keysOf = (secret: string) => createCounterKeys(createKeyRing([secret], 'counter keys'), 64)
const keys = keysOf('a server secret for tests, of more than 32 bytes')

test('whoever reads the store of counters learns no name and no address', () => {
  const made = [
    keys.loginName('username ada'),
    keys.nobody('username ada'),
    keys.registerName('username ada'),
    keys.loginNetwork('192.0.2.1'),
    keys.registerNetwork('192.0.2.1'),
  ]
  expect(new Set(made.map((key) => key.split(':')[1])).size).toBe(made.length)
  for (const key of made) expect(key).toMatch(/^[a-z-]+:[\w-]{43}$/)
  const others = keysOf('another server secret, also of more than 32 bytes')
  expect(others.loginName('username ada')).not.toBe(made[0])
})

test('a name is counted in the form that is compared, and as what it is', () => {
  const text = (username: string) => nameText(accountKey({ username }), username)
  expect(text('ADA')).toBe(text('ada'))
  expect(text('Ada@Example.com')).toBe(nameText(accountKey({ email: 'ada@example.COM' })))
  expect(text('ada')).not.toBe(text('ada@example.com'))
  expect(text('no name')).not.toBe(text('another no name'))
})
