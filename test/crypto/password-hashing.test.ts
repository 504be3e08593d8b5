/** Password hashes: form, strength, malformed input, bounds (SECURITY.md P2, P7; ASVS 6.3.8). */

import { hashSync } from '@node-rs/argon2'
import { describe, expect, test } from 'vitest'
import { createPasswordHashing } from '../../src/crypto/password-hashing.ts'

const quick = { memoryKiB: 64, iterations: 1, concurrency: 1, queueLimit: 100 }
const salt = 'c2FsdHNhbHRzYWx0c2FsdA'
const output = 'b3V0cHV0b3V0cHV0b3V0cHV0b3V0cHV0b3V0cHV0b3U'

describe('hash', () => {
  test('P7: Argon2id with 19 MiB, two passes, 16-byte salt and 32-byte output is the default', async () => {
    const hashing = createPasswordHashing()
    const passwordHash = await hashing.hash('correct horse')
    expect(passwordHash).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    )
    expect(await hashing.verify('correct horse', passwordHash)).toBe(true)
    expect(await hashing.verify('Correct horse', passwordHash)).toBe(false)
    expect(hashing.needsRehash(passwordHash)).toBe(false)
  })

  test('P7: every hash has its own salt', async () => {
    const hashing = createPasswordHashing(quick)
    expect(await hashing.hash('same password')).not.toBe(await hashing.hash('same password'))
  })

  test.each([72, 73, 256, 257, 1024])('P2: byte %i of a password counts', async (length) => {
    const hashing = createPasswordHashing(quick)
    const start = 'a'.repeat(length - 1)
    const passwordHash = await hashing.hash(`${start}x`)
    expect(await hashing.verify(`${start}x`, passwordHash)).toBe(true)
    expect(await hashing.verify(`${start}y`, passwordHash)).toBe(false)
    expect(await hashing.verify(start, passwordHash)).toBe(false)
  })
})

describe('verify', () => {
  test.each([
    '',
    'x',
    '$argon2id$',
    '$2b$12$abcdefghijklmnopqrstuv',
    `$argon2id$v=18$m=64,t=1,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=1,t=1,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=64,t=0,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=64,t=1,p=0$${salt}$${output}`,
    `$argon2id$v=19$m=64,t=1,p=99999999999$${salt}$${output}`,
    `$argon2id$v=19$m=64,t=1,p=1$YQ$${output}`,
    `$argon2id$v=19$m=64,t=1,p=1$${salt}$YQ`,
    `$argon2id$v=19$m=64,t=1,p=1$${salt}$${output}\n`,
    `$argon2id$v=19$m=4294967295,t=1,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=64,t=4294967295,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=64,t=1,p=1$${salt}$${'A'.repeat(65_536)}`,
  ])('P7: the malformed stored hash %j never matches and never throws', async (stored) => {
    const hashing = createPasswordHashing(quick)
    expect(await hashing.verify('password', stored)).toBe(false)
  })

  test('ASVS 6.3.8: the decoy has the parameters of a real hash and matches nothing', async () => {
    const hashing = createPasswordHashing(quick)
    const form = (text: string) => text.replace(/[A-Za-z0-9+/]{43}$/, '').replace(/[^$]{22}\$$/, '')
    expect(form(hashing.decoyHash)).toBe(form(await hashing.hash('a password')))
    expect(hashing.decoyHash).toHaveLength((await hashing.hash('a password')).length)
    expect(hashing.needsRehash(hashing.decoyHash)).toBe(false)
    expect(await hashing.verify('', hashing.decoyHash)).toBe(false)
    expect(await hashing.verify('a password', hashing.decoyHash)).toBe(false)
    expect(createPasswordHashing(quick).decoyHash).not.toBe(hashing.decoyHash)
  })

  test('P7: hashes of other Argon2 variants and parameters still verify', async () => {
    const hashing = createPasswordHashing(quick)
    const imported = hashSync('old password', { algorithm: 1, memoryCost: 128, timeCost: 3 })
    expect(await hashing.verify('old password', imported)).toBe(true)
    expect(await hashing.verify('new password', imported)).toBe(false)
  })
})

describe('needsRehash', () => {
  const hashing = createPasswordHashing({ memoryKiB: 128, iterations: 2 })

  test.each([
    `$argon2id$v=19$m=64,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=128,t=1,p=1$${salt}$${output}`,
    `$argon2id$v=16$m=128,t=2,p=1$${salt}$${output}`,
    `$argon2id$m=128,t=2,p=1$${salt}$${output}`,
    `$argon2i$v=19$m=128,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=128,t=2,p=1$c2FsdHNhbHQ$${output}`,
    `$argon2id$v=19$m=128,t=2,p=1$${salt}$c2FsdHNhbHRzYWx0c2FsdA`,
    '$2b$12$abcdefghijklmnopqrstuv',
    '',
  ])('P7: %j is weaker and wants a new hash', (stored) => {
    expect(hashing.needsRehash(stored)).toBe(true)
  })

  test.each([
    `$argon2id$v=19$m=128,t=2,p=1$${salt}$${output}`,
    `$argon2id$v=19$m=256,t=3,p=1$${salt}$${output}`,
  ])('P7: %j is strong enough', (stored) => {
    expect(hashing.needsRehash(stored)).toBe(false)
  })
})

describe('the pool', () => {
  test('refuses at once when too many wait, and goes on afterwards', async () => {
    const hashing = createPasswordHashing({ ...quick, queueLimit: 2 })
    const attempts = Array.from({ length: 5 }, () => hashing.verify('x', hashing.decoyHash))
    const outcomes = await Promise.allSettled(attempts)
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(3).fill('fulfilled'),
      ...Array(2).fill('rejected'),
    ])
    expect(outcomes.at(-1)).toMatchObject({
      reason: {
        code: 'temporarily_unavailable',
        details: { retryAfterSeconds: expect.any(Number) },
      },
    })
    expect(await hashing.verify('x', hashing.decoyHash)).toBe(false)
  })
})
