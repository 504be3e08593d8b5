/** One secret, a key per purpose: what one key made is of no use under another (K4; RFC 5869). */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createKeyRing, type KeyPurpose } from '../../src/crypto/key-rings.ts'
import { openSealedValue, sealValue } from '../../src/crypto/sealed-value.ts'
import { createRefreshTokens, noParent } from '../../src/tokens/refresh-token.ts'

const source = join(import.meta.dirname, '../../src')
const secret = 'a server secret of more than thirty-two bytes'
const purposes: readonly KeyPurpose[] = ['refresh token mac', 'signing key seal', 'session ids']

const content = {
  accountId: '0190f3c4-7a2b-7c33-9a11-223344556677',
  sessionId: '0190f3c4-7a2b-7c33-9a11-223344556688',
  generation: 0,
  issuedAt: 1_900_000_000_000,
  epoch: 0,
  parent: noParent,
}

describe('keys of purposes', () => {
  test('K4: every purpose has a key of its own, and none is the secret', () => {
    const keys = purposes.map((purpose) => createKeyRing([secret], purpose).current.key)
    const shown = keys.map((key) => Buffer.from(key).toString('hex'))
    expect(new Set([...shown, Buffer.from(secret).toString('hex')]).size).toBe(keys.length + 1)
    expect(keys.map(({ length }) => length)).toEqual(keys.map(() => 32))
  })

  test('K4: what was made for one purpose is refused under the key of another', () => {
    const [mac, seal] = purposes.map((purpose) => createKeyRing([secret], purpose))
    if (mac === undefined || seal === undefined) throw new Error('two purposes are needed')
    const { token } = createRefreshTokens(mac).issue(content)
    expect(createRefreshTokens(mac).open(token)).toMatchObject({ sessionId: content.sessionId })
    expect(createRefreshTokens(seal).open(token)).toBeUndefined()
    const sealed = sealValue(seal, 'a private key', 'kid')
    expect(openSealedValue(seal, sealed, 'kid')).toBe('a private key')
    expect(openSealedValue(mac, sealed, 'kid')).toBeUndefined()
    expect(openSealedValue(seal, sealed, 'another kid')).toBeUndefined()
  })

  test('K4: keys are derived in one file only, and each ring names its purpose', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [name, readFileSync(join(source, name), 'utf8')] as const)
    const deriving = files.filter(([, text]) => /\bhkdf(Sync)?\(/.test(text)).map(([name]) => name)
    expect(deriving).toEqual([join('crypto', 'key-rings.ts')])
    const used = files.flatMap(([, text]) =>
      [...text.matchAll(/createKeyRing\(\w+, '([^']+)'\)/g)].map(([, purpose]) => purpose),
    )
    expect(new Set(used).size).toBe(used.length)
    expect(used).toEqual(expect.arrayContaining([...purposes]))
  })
})
