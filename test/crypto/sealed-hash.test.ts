/** The pepper: hashes that are worth nothing without a key from outside the database (P8). */

import { describe, expect, test } from 'vitest'
import { createPasswordHashing } from '../../src/crypto/password-hashing.ts'

const old = 'an old pepper for tests, of more than 32 bytes'
const fresh = 'a fresh pepper for tests, of more than 32 bytes'
const quick = { memoryKiB: 64, iterations: 1 }
const withPeppers = (...peppers: string[]) => createPasswordHashing({ ...quick, peppers })

describe('P8: with a pepper', () => {
  test('the stored string holds no hash that can be attacked, and verifies', async () => {
    const hashing = withPeppers(fresh)
    const stored = await hashing.hash('correct horse')
    expect(stored).toMatch(/^\$sealed\$v=1\$[A-Za-z0-9_-]+$/)
    expect(Buffer.from(stored.slice(12), 'base64url').toString('latin1')).not.toContain('argon2')
    expect(await hashing.verify('correct horse', stored)).toBe(true)
    expect(await hashing.verify('Correct horse', stored)).toBe(false)
    expect(hashing.needsRehash(stored)).toBe(false)
  })

  test('hashes from before it still verify, and want a new hash', async () => {
    const stored = await createPasswordHashing(quick).hash('correct horse')
    const hashing = withPeppers(fresh)
    expect(await hashing.verify('correct horse', stored)).toBe(true)
    expect(hashing.needsRehash(stored)).toBe(true)
  })

  test('the first of several seals, all open, and an older one wants a new hash', async () => {
    const stored = await withPeppers(old).hash('correct horse')
    const both = withPeppers(fresh, old)
    expect(await both.verify('correct horse', stored)).toBe(true)
    expect(both.needsRehash(stored)).toBe(true)
    expect(await withPeppers(fresh).verify('correct horse', await both.hash('correct horse'))).toBe(
      true,
    )
  })

  test('it covers bcrypt as well', async () => {
    const hashing = createPasswordHashing({ algorithm: 'bcrypt', cost: 10, peppers: [fresh] })
    const stored = await hashing.hash('correct horse')
    expect(stored).toMatch(/^\$sealed\$/)
    expect(await hashing.verify('correct horse', stored)).toBe(true)
    expect(hashing.needsRehash(stored)).toBe(false)
  })

  test('a missing pepper is an outage, not a wrong password, and is reported once', async () => {
    const stored = await withPeppers(old).hash('correct horse')
    const reports: Error[] = []
    for (const peppers of [[], [fresh]]) {
      const report = (error: Error) => reports.push(error)
      const hashing = createPasswordHashing({ ...quick, peppers, report })
      for (const password of ['correct horse', 'wrong horse']) {
        await expect(hashing.verify(password, stored)).rejects.toMatchObject({
          code: 'temporarily_unavailable',
        })
      }
    }
    expect(reports).toHaveLength(2)
    expect(reports[0]?.message).toContain('COUNTERSIGN_PEPPER')
    expect(reports[0]?.message).not.toContain(stored.slice(12))
  })

  test('a damaged or moved seal never matches', async () => {
    const hashing = withPeppers(fresh)
    const stored = await hashing.hash('correct horse')
    const sealed = Buffer.from(stored.slice(12), 'base64url')
    for (const place of [1, 20, sealed.length - 1]) {
      const damaged = Buffer.from(sealed)
      damaged[place] = (damaged[place] as number) ^ 1
      const text = `$sealed$v=1$${damaged.toString('base64url')}`
      expect(await hashing.verify('correct horse', text)).toBe(false)
      expect(hashing.needsRehash(text)).toBe(true)
    }
    expect(await hashing.verify('correct horse', stored.slice(0, 30))).toBe(false)
  })

  test('ASVS 6.3.8: the decoy looks like a sealed hash and matches nothing', async () => {
    const hashing = withPeppers(fresh)
    expect(hashing.decoyHash).toHaveLength((await hashing.hash('x')).length)
    expect(await hashing.verify('x', hashing.decoyHash)).toBe(false)
    expect(hashing.needsRehash(hashing.decoyHash)).toBe(false)
  })
})
