/** Imported hashes: every format verifies, nothing else does, and none may cost too much (P7, H7). */

import { describe, expect, test } from 'vitest'
import { isKnownPasswordHash } from '../../../src/crypto/password-formats/read-stored-hash.ts'
import { createPasswordHashing } from '../../../src/crypto/password-hashing.ts'
import { vectors } from './vectors.ts'

const hashing = createPasswordHashing({ memoryKiB: 64, iterations: 1, queueLimit: 1000 })
const nameAndAll = vectors.map((vector) => [vector.name, vector] as const)
const hashOf = (name: string): string => vectors.find((one) => one.name === name)?.hash ?? ''

describe('P7: a hash that another system made', () => {
  test.each(nameAndAll)('%s verifies its password and no other', async (_, vector) => {
    const { password, hash } = vector
    expect(await hashing.verify(password, hash)).toBe(true)
    expect(await hashing.verify(`${password.slice(0, 10)}!${password.slice(11)}`, hash)).toBe(false)
    expect(await hashing.verify('', hash)).toBe(false)
    expect(isKnownPasswordHash(hash)).toBe(true)
  })

  test.each(nameAndAll)('%s is found when only one form of several fits', async (_, vector) => {
    const { password, hash } = vector
    expect(await hashing.verify(['another form', password], hash)).toBe(true)
    expect(await hashing.verify([password, 'another form'], hash)).toBe(true)
  })

  const foreign = vectors.filter(({ name }) => !/argon2id|argon2-cffi/.test(name))
  test.each(foreign.map(({ name, hash }) => [name, hash]))('%s wants a new hash', (_, hash) => {
    expect(hashing.needsRehash(hash)).toBe(true)
  })
})

describe('P7: a broken hash', () => {
  test.each(nameAndAll)('%s never matches when cut, lengthened or changed', async (_, vector) => {
    const { hash } = vector
    const changed = hash.at(-5) === 'a' ? 'b' : 'a'
    const broken = [
      hash.slice(0, -12),
      `${hash}$`,
      `${hash}\n`,
      ` ${hash}`,
      hash.slice(0, -5) + changed + hash.slice(-4),
      hash.slice(1),
    ]
    for (const stored of broken) expect(await hashing.verify(vector.password, stored)).toBe(false)
  })

  test.each([
    '',
    'correct horse battery',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    '{SSHA}bm90IGEgcGFzc3dvcmQgaGFzaCBvZiBvdXJz',
    '$1$salt$qJH7.N4xYta3aEG/dfqo/0',
    '$argon2id$',
    '$sealed$v=1$AAAA',
  ])('%j is no hash that log-in can verify', (text) => {
    expect(isKnownPasswordHash(text)).toBe(false)
  })
})

describe('H7: a hash dearer than the ceiling is refused unread', () => {
  const output = 'b3V0cHV0b3V0cHV0b3V0cHV0b3V0cHV0b3V0cHV0b3U'
  const salt = 'c2FsdHNhbHRzYWx0c2FsdA'
  const hex = 'ab'.repeat(32)
  test.each([
    ['Argon2 with 512 MiB', `$argon2id$v=19$m=524288,t=1,p=1$${salt}$${output}`],
    ['Argon2 with 256 MiB and 5 passes', `$argon2id$v=19$m=262144,t=5,p=1$${salt}$${output}`],
    ['Argon2 with 101 passes', `$argon2id$v=19$m=64,t=101,p=1$${salt}$${output}`],
    ['Argon2 with 256 lanes', `$argon2id$v=19$m=4096,t=1,p=256$${salt}$${output}`],
    ['Argon2 in Django’s form', `argon2$argon2id$v=19$m=524288,t=1,p=1$${salt}$${output}`],
    ['bcrypt with cost 17', hashOf('bcrypt 2b').replace('$04$', '$17$')],
    ['bcrypt with cost 99', hashOf('bcrypt 2b').replace('$04$', '$99$')],
    ['Passlib’s bcrypt_sha256', hashOf('passlib bcrypt_sha256 version 2').replace('r=4', 'r=31')],
    ['Django’s bcrypt_sha256', hashOf('django bcrypt_sha256').replace('$04$', '$31$')],
    ['scrypt with 512 MiB', `$scrypt$ln=19,r=8,p=1$${salt}$${output}`],
    ['scrypt with 99 doublings', `$scrypt$ln=99,r=8,p=1$${salt}$${output}`],
    ['scrypt with 9999 lanes', `$scrypt$ln=14,r=8,p=9999$${salt}$${output}`],
    ['scrypt with N no power of two', `scrypt:1000:8:1$salt$${hex}`],
    ['scrypt in Werkzeug’s form', `scrypt:8388608:8:1$salt$${hex}`],
    ['scrypt in Django’s form', `scrypt$8388608$salt$8$1$${output}=`],
    ['Firebase’s scrypt', hashOf('firebase/scrypt').replace('ln=14', 'ln=22')],
    ['PBKDF2 with 99 million rounds', `pbkdf2_sha256$99999999$salt$${output}=`],
    ['PBKDF2 in Passlib’s form', `$pbkdf2-sha512$99999999$${salt}$${output}`],
    ['PBKDF2 with more output than its digest has', `pbkdf2:sha1:1000$salt$${hex}`],
    ['PBKDF2 with less output than its digest has', `pbkdf2:sha512:1000$salt$${hex}`],
    ['an output of two bytes', '$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$YWE'],
    ['a string of 64 KB', `pbkdf2:sha256:1000$${'s'.repeat(65_536)}$${hex}`],
  ])('%s', async (_, stored) => {
    expect(isKnownPasswordHash(stored)).toBe(false)
    const start = performance.now()
    expect(await hashing.verify('password', stored)).toBe(false)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test('what the options make is read, however dear', async () => {
    const dear = createPasswordHashing({ memoryKiB: 300_000, iterations: 1 })
    const stored = await dear.hash('correct horse')
    expect(await dear.verify('correct horse', stored)).toBe(true)
    expect(await hashing.verify('correct horse', stored)).toBe(false)
  })

  test('checks that hold much memory run one at a time', async () => {
    const many = createPasswordHashing({ memoryKiB: 64, iterations: 1, concurrency: 3 })
    const heavy = await createPasswordHashing({ memoryKiB: 100_000, iterations: 1 }).hash('heavy')
    const before = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before)
    }, 2)
    const checks = Array.from({ length: 4 }, () => many.verify('heavy', heavy))
    expect(await Promise.all(checks)).toEqual(Array(4).fill(true))
    clearInterval(watch)
    // Three at once would hold 300 MB.
    expect(most).toBeLessThan(220_000_000)
  })
})

describe('bcrypt', () => {
  test('P2: of an imported hash the first 72 bytes count, as they did', async () => {
    const stored = hashOf('bcrypt 2b, long')
    expect(await hashing.verify('x'.repeat(72), stored)).toBe(true)
    expect(await hashing.verify(`${'x'.repeat(72)} and what else`, stored)).toBe(true)
    expect(await hashing.verify('x'.repeat(71), stored)).toBe(false)
  })

  test('P2: of an imported hash a NUL may have ended the password', async () => {
    const stored = hashOf('bcrypt 2a')
    expect(await hashing.verify('correct horse battery\0staple', stored)).toBe(true)
    expect(await hashing.verify('\0correct horse battery', stored)).toBe(false)
  })

  test('P7: every version label is verified', async () => {
    const stored = hashOf('bcrypt 2b')
    for (const label of ['$2a', '$2b', '$2x', '$2y']) {
      expect(await hashing.verify('correct horse battery', stored.replace('$2b', label))).toBe(true)
    }
    expect(isKnownPasswordHash(stored.replace('$2b', '$2c'))).toBe(false)
  })
})
