/** The options under `passwords`: defaults, presets, mistakes (P1, P5, P8, H7). */

import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import type { PasswordOptions } from '../../src/options/password-options.ts'
import { checkOptions } from '../../src/options/resolve-options.ts'

const resolve = (passwords: PasswordOptions, more: AuthOptions = {}) =>
  checkOptions({ ...more, passwords }, {})
const mistakesOf = (passwords: unknown, more: AuthOptions = {}) =>
  resolve(passwords as PasswordOptions, more).mistakes

describe('defaults', () => {
  test('P1, P7: 8 characters, Argon2id at the parameters of OWASP, no pepper, no breach check', () => {
    const { resolved, mistakes } = resolve({})
    expect(mistakes).toEqual([])
    expect(resolved).toMatchObject({
      passwordMinLength: 8,
      passwordContextWords: ['countersign'],
      passwordBreachCheck: undefined,
      passwordHashing: { algorithm: 'argon2id', memoryKiB: 19_456, iterations: 2, peppers: [] },
    })
  })
})

describe('length', () => {
  test.each([
    ['default', 8],
    ['nist-single-factor', 15],
    ['nist-mfa', 8],
  ] as const)('P1: the preset %s means %i characters', (preset, length) => {
    expect(resolve({ preset }).resolved.passwordMinLength).toBe(length)
    expect(mistakesOf({ preset, minLength: length })).toEqual([])
  })

  test('P1: another minimum beside a preset is a mistake', () => {
    expect(mistakesOf({ preset: 'nist-single-factor', minLength: 12 })).toEqual([
      "passwords.minLength is 12, and passwords.preset 'nist-single-factor' means 15; give one of them",
    ])
    expect(mistakesOf({ preset: 'nist-mfa', minLength: 20 })).toHaveLength(1)
    expect(mistakesOf({ preset: 'default', minLength: 20 })).toEqual([])
    expect(mistakesOf({ preset: 'nist' })[0]).toContain('passwords.preset must be one of default')
  })

  test('P1: a minimum below 8 is a mistake', () => {
    expect(mistakesOf({ minLength: 7 })[0]).toContain('passwords.minLength must be')
    expect(mistakesOf({ preset: 'nist-mfa', minLength: 7 })).toHaveLength(1)
  })
})

describe('context words', () => {
  test('P5: hold the name of the service, the labels of the issuer and those given', () => {
    const more = { issuer: 'https://auth.acme.example', serviceName: 'Acme Shop' }
    const { resolved } = resolve({ contextWords: ['roadrunner'] }, more)
    expect(resolved.passwordContextWords).toEqual([
      ...['Acme Shop', 'auth.acme.example', 'auth', 'acme', 'roadrunner'],
    ])
  })

  test('P5: an address is no word', () => {
    for (const issuer of ['http://127.0.0.1:3000', 'http://[::1]:3000']) {
      expect(resolve({}, { issuer }).resolved.passwordContextWords).toEqual(['countersign'])
    }
  })

  test('mistakes name their path', () => {
    for (const words of ['acme', [1], Array(1001).fill('x'), null]) {
      expect(mistakesOf({ contextWords: words })).toEqual([
        'passwords.contextWords must be a list of at most 1000 words',
      ])
    }
    for (const serviceName of ['', ' ', 'x'.repeat(65)]) {
      expect(mistakesOf({}, { serviceName })[0]).toContain('serviceName must be')
    }
  })
})

describe('the breach check', () => {
  test('is off by default, and asks Have I Been Pwned within a second when it is on', () => {
    expect(resolve({ breachCheck: false }).resolved.passwordBreachCheck).toBeUndefined()
    const usual = { url: 'https://api.pwnedpasswords.com/range/', timeout: 1000 }
    expect(resolve({ breachCheck: true }).resolved.passwordBreachCheck).toEqual(usual)
    expect(resolve({ breachCheck: {} }).resolved.passwordBreachCheck).toEqual(usual)
    const own = { url: 'http://127.0.0.1:8080/range/', timeout: '2s' }
    expect(resolve({ breachCheck: own }).resolved.passwordBreachCheck).toEqual({
      ...own,
      timeout: 2000,
    })
  })

  test('sends nothing in the clear over a network', () => {
    for (const url of [
      'http://pwned.example/range/',
      'ftp://a/',
      'https://a/range',
      'https://a/?b/',
      '',
    ]) {
      expect(mistakesOf({ breachCheck: { url } })[0]).toContain('passwords.breachCheck.url')
    }
    expect(mistakesOf({ breachCheck: 'yes' })[0]).toContain('passwords.breachCheck must be')
    expect(mistakesOf({ breachCheck: { timeout: '1m' } })[0]).toContain('breachCheck.timeout')
  })
})

describe('hashing', () => {
  test('P7: bcrypt takes a cost from 10 to 16, and Argon2id takes none', () => {
    const { resolved, mistakes } = resolve({ algorithm: 'bcrypt' })
    expect([resolved.passwordHashing, mistakes]).toMatchObject([
      { algorithm: 'bcrypt', cost: 12 },
      [],
    ])
    for (const cost of [9, 17, 12.5]) {
      expect(mistakesOf({ algorithm: 'bcrypt', cost })[0]).toContain('passwords.cost must be')
    }
    expect(mistakesOf({ cost: 12 })[0]).toContain("for passwords.algorithm 'bcrypt' only")
    expect(mistakesOf({ algorithm: 'md5' })[0]).toContain('passwords.algorithm must be one of')
  })

  test('H7: the pool has bounds', () => {
    const pool = { concurrency: 3, queueLimit: 0 }
    expect(resolve(pool).resolved.passwordHashing).toMatchObject(pool)
    expect(mistakesOf({ concurrency: 0, queueLimit: -1 })).toHaveLength(2)
    expect(mistakesOf({ queueLimit: 'off' })[0]).toContain('passwords.queueLimit must be')
  })

  test('P8: peppers are long, different, and never shown', () => {
    const pepper = 'a pepper for tests, of more than 32 bytes'
    expect(resolve({ pepper }).resolved.passwordHashing.peppers).toEqual([pepper])
    expect(resolve({ pepper: [] }).resolved.passwordHashing.peppers).toEqual([])
    for (const wrong of ['tiny-pepper', [pepper, 'tiny-pepper'], [pepper, pepper], 5]) {
      const mistakes = mistakesOf({ pepper: wrong })
      expect(mistakes[0]).toContain('passwords.pepper ')
      expect(mistakes.join()).not.toMatch(/tiny-pepper|a pepper for tests/)
    }
  })
})
