/** Which passwords are taken and how they are prepared (SECURITY.md P1 to P5; ASVS 6.2). */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import {
  checkNewPassword,
  prepareForVerification,
  preparePassword,
} from '../../src/flows/password-policy.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 60 })

function check(password: string, context: { minLength?: number; names?: string[] } = {}) {
  const prepared = preparePassword(password)
  return checkNewPassword(prepared, { minLength: 8, names: [], field: 'password', ...context })
}

const reasonOf = (attempt: Promise<void>) =>
  attempt.then(
    () => undefined,
    (error: AuthError) => error.message,
  )

function millisecondsOf(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

describe('preparation', () => {
  test('P4: composed and decomposed forms are the same password', () => {
    for (const text of ['Ångström café', 'Việt Nam ơi', '한국어 비밀번호', 'äöü ÄÖÜ ß']) {
      expect(preparePassword(text.normalize('NFD'))).toBe(preparePassword(text.normalize('NFC')))
      const decomposed = text.normalize('NFD')
      expect(prepareForVerification(decomposed)).toEqual([text.normalize('NFC'), decomposed])
    }
  })

  test('P4: every space is U+0020; nothing is trimmed, folded or made compatible', () => {
    expect(preparePassword('a\u00a0b\u3000c\u2003d\u1680e')).toBe('a b c d e')
    expect(preparePassword('  Two  Words  ')).toBe('  Two  Words  ')
    expect(preparePassword('ﬁ ２ ＡＢＣ')).toBe('ﬁ ２ ＡＢＣ')
    expect(preparePassword('👩‍👩‍👧‍👦 זה ok')).toBe('👩‍👩‍👧‍👦 זה ok')
  })

  test.each([
    ['', 'The password is empty.'],
    ['nul\0inside', 'control character'],
    ['line\nbreak', 'control character'],
    ['tab\there', 'control character'],
    ['delete\x7f', 'control character'],
    ['c1\u0085control', 'control character'],
    ['lone \ud800 high', 'not a Unicode character'],
    ['lone \udc00 low', 'not a Unicode character'],
    ['non \uffff character', 'not a Unicode character'],
    ['non \ufdd0 character', 'not a Unicode character'],
    ['non \u{1fffe} character', 'not a Unicode character'],
  ])('P4: %j is refused and the reason given', (password, reason) => {
    expect(() => preparePassword(password)).toThrow(AuthError)
    expect(() => preparePassword(password)).toThrow(reason)
    const forms = password === '' ? undefined : [password]
    expect(prepareForVerification(password)).toEqual(forms)
  })

  test('the refusal names the field', () => {
    try {
      preparePassword('', 'newPassword')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'password_refused',
        details: { fields: [{ field: 'newPassword', message: 'The password is empty.' }] },
      })
    }
  })

  test('P4: preparing twice changes nothing, for all inputs', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [once] = prepareForVerification(text) ?? []
        if (once !== undefined) expect(prepareForVerification(once)).toEqual([once])
      }),
    )
  })

  test('P4: canonically equal inputs prepare to the same, for all inputs', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [one] = prepareForVerification(text.normalize('NFD')) ?? []
        const [other] = prepareForVerification(text) ?? []
        expect(one?.normalize('NFC')).toBe(other?.normalize('NFC'))
      }),
    )
  })

  test('P2: what is too long for any account never reaches the hash', () => {
    expect(prepareForVerification('a'.repeat(256))).toEqual(['a'.repeat(256)])
    expect(prepareForVerification('a'.repeat(257))).toBeUndefined()
    // The decomposed form has 2304 bytes; nobody hashes that.
    const decomposed = '한'.repeat(256).normalize('NFD')
    expect(prepareForVerification(decomposed)).toEqual(['한'.repeat(256)])
    expect(prepareForVerification('\0'.repeat(257))).toBeUndefined()
    expect(prepareForVerification('😀'.repeat(257))).toBeUndefined()
  })

  test('M27: 64 KB of anything is answered within 50 ms', () => {
    for (const unit of ['a', ' ', '\u3000', '\u0301\u0316', '😀', '1a', '\0', '\ud800']) {
      const long = unit.repeat(65_536 / unit.length)
      expect(millisecondsOf(() => prepareForVerification(long))).toBeLessThan(50)
    }
  })
})

describe('length', () => {
  test('P1: counts code points after preparation', async () => {
    expect(await reasonOf(check('🦊🦉🐢🐙🦔🐌🐝'))).toBe('Use 8 characters or more.')
    expect(await reasonOf(check('🦊🦉🐢🐙🦔🐌🐝🐞'))).toBeUndefined()
    expect(await reasonOf(check('e\u0301x\u0301e\u0300z'))).toBe('Use 8 characters or more.')
  })

  test('P1: the minimum is the one asked for, and never below 8', async () => {
    const minLength = 15
    expect(await reasonOf(check('fourteen chars', { minLength }))).toBe(
      'Use 15 characters or more.',
    )
    expect(await reasonOf(check('fifteen chars !', { minLength }))).toBeUndefined()
    expect(await reasonOf(check('7 chars', { minLength: 1 }))).toBe('Use 8 characters or more.')
  })

  test('P2: 256 code points are taken and 257 refused with the reason', async () => {
    expect(await reasonOf(check('xyz~'.repeat(64)))).toBeUndefined()
    expect(await reasonOf(check('😀'.repeat(256)))).toBeUndefined()
    const tooLong = 'Use 256 characters (1024 bytes) or fewer.'
    expect(await reasonOf(check(`${'xyz~'.repeat(64)}x`))).toBe(tooLong)
    expect(await reasonOf(check('😀'.repeat(257)))).toBe(tooLong)
    expect(() => preparePassword('x'.repeat(5000))).toThrow(tooLong)
  })

  test('P2: passwords of 72 and 73 bytes with the same start differ', () => {
    const start = 'q'.repeat(72)
    expect(preparePassword(start)).not.toBe(preparePassword(`${start}r`))
  })
})

describe('what is taken', () => {
  test.each([
    'lower case only words',
    'ONLYUPPERQZX',
    '82736450917364',
    '        x',
    'ζωή σε μένα',
  ])('P3: no kind of character is demanded: %j', async (password) => {
    expect(await reasonOf(check(password))).toBeUndefined()
  })

  test.each(['password', 'PassWord', '12345678', 'qwertyuiop', 'iloveyou', 'Trustno1'])(
    'P5: %j is on the list of common passwords, whatever its case',
    async (password) => {
      expect(await reasonOf(check(password))).toBe(
        'This is on the list of the most common passwords.',
      )
    },
  )

  test('P5: only the whole password is compared with the list', async () => {
    expect(await reasonOf(check('password of the owl'))).toBeUndefined()
  })

  test.each([
    'countersign',
    'Countersign2026',
    'ngisretnuoc',
    'alice.liddell',
    'Alice.Liddell!!1',
    'lleddil.ecila',
    'alice.liddell@wonderland.example',
    'wonderland',
    'wonderland.example',
    'WonderlandWonderland',
    '2026wonderland',
    'rabbit77rabbit77',
    'rabbit123456',
    'Großmutter',
  ])('P5: %j is made of the names of its owner or the service', async (password) => {
    const names = ['rabbit77', 'Alice.Liddell@Wonderland.example', 'großmutter']
    expect(await reasonOf(check(password, { names }))).toBe(
      'The password must not be made of your name, address or this service.',
    )
  })

  test('P5: a name within a longer password is fine', async () => {
    const names = ['rabbit', 'a@b.example', '', 'x']
    expect(await reasonOf(check('rabbit hole at noon', { names }))).toBeUndefined()
    expect(await reasonOf(check('xylophone tune', { names }))).toBeUndefined()
  })

  test('P5: the refusal has a code, the field and the reason', async () => {
    const attempt = checkNewPassword('password', { minLength: 8, names: [], field: 'newPassword' })
    const message = 'This is on the list of the most common passwords.'
    await expect(attempt).rejects.toMatchObject({
      code: 'password_refused',
      status: 400,
      message,
      details: { fields: [{ field: 'newPassword', message }] },
    })
  })

  test('P5: a refusal never repeats the password', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 4, unit: 'grapheme-ascii' }), async (password) => {
        const reason = await reasonOf(check(`${password}#`, { names: [`${password}#`] }))
        expect(reason ?? '').not.toContain(`${password}#`)
      }),
    )
  })
})
