/** `passwords.algorithm: 'bcrypt'`: nothing is cut off, and it is no plain bcrypt (P2, P7). */

import { createHmac } from 'node:crypto'
import { verifySync } from '@node-rs/bcrypt'
import { describe, expect, test } from 'vitest'
import { createPasswordHashing } from '../../src/crypto/password-hashing.ts'

const hashing = createPasswordHashing({ algorithm: 'bcrypt', cost: 10 })
const argon2 = createPasswordHashing({ memoryKiB: 64, iterations: 1 })

describe('bcrypt by option', () => {
  test.each([72, 73, 256, 1024])('P2: byte %i of a password counts', async (length) => {
    const start = 'a'.repeat(length - 1)
    const stored = await hashing.hash(`${start}x`)
    expect(await hashing.verify(`${start}x`, stored)).toBe(true)
    expect(await hashing.verify(`${start}y`, stored)).toBe(false)
    expect(await hashing.verify(start, stored)).toBe(false)
  })

  test('P2: what follows a NUL counts', async () => {
    const stored = await hashing.hash('before\0after')
    expect(await hashing.verify('before\0after', stored)).toBe(true)
    expect(await hashing.verify('before', stored)).toBe(false)
    expect(await hashing.verify('before\0else', stored)).toBe(false)
  })

  test('P7: the string says that the password was hashed before', async () => {
    const stored = await hashing.hash('correct horse')
    expect(stored).toMatch(/^\$bcrypt-hmac-sha384\$2b\$10\$[./A-Za-z0-9]{53}$/)
    const plain = stored.replace('$bcrypt-hmac-sha384', '')
    expect(await hashing.verify('correct horse', plain)).toBe(false)
    const digest = createHmac('sha384', 'countersign v1 bcrypt').update('correct horse')
    expect(verifySync(digest.digest('base64'), plain)).toBe(true)
  })

  test('P7: a lower cost, plain bcrypt and Argon2id want a new hash, a higher cost does not', async () => {
    const stored = await hashing.hash('correct horse')
    const plain = stored.replace('$bcrypt-hmac-sha384', '')
    const higher = createPasswordHashing({ algorithm: 'bcrypt', cost: 11 })
    expect(hashing.needsRehash(stored)).toBe(false)
    expect(higher.needsRehash(stored)).toBe(true)
    expect(hashing.needsRehash(await higher.hash('correct horse'))).toBe(false)
    expect(hashing.needsRehash(plain)).toBe(true)
    expect(hashing.needsRehash(await argon2.hash('correct horse'))).toBe(true)
    expect(argon2.needsRehash(stored)).toBe(true)
    expect(await argon2.verify('correct horse', stored)).toBe(true)
  })

  test('ASVS 6.3.8: the decoy has the form and the cost of a real hash and matches nothing', async () => {
    const stored = await hashing.hash('a password')
    for (let count = 0; count < 20; count += 1) {
      const { decoyHash } = createPasswordHashing({ algorithm: 'bcrypt', cost: 10 })
      expect(decoyHash.slice(0, -53)).toBe(stored.slice(0, -53))
      expect(decoyHash).toHaveLength(stored.length)
    }
    expect(await hashing.verify('a password', hashing.decoyHash)).toBe(false)
    expect(hashing.needsRehash(hashing.decoyHash)).toBe(false)
    const time = async (hash: string) => {
      const start = performance.now()
      await hashing.verify('a password', hash)
      return performance.now() - start
    }
    // A decoy that the library refuses to read is answered in a hundredth of the time.
    const decoy = Math.min(await time(hashing.decoyHash), await time(hashing.decoyHash))
    const real = Math.min(await time(stored), await time(stored))
    expect(decoy).toBeGreaterThan(real / 3)
  })
})
