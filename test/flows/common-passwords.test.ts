/** The estimate of guesses, used where the list has too few entries that are long enough (P5; ASVS 6.2.4). */

import { dictionary } from '@zxcvbn-ts/language-common'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuthError } from '../../src/errors.ts'
import { commonPasswords } from '../../src/flows/common-passwords.ts'
import { checkNewPassword, preparePassword } from '../../src/flows/password-policy.ts'

const guessable = 'This is made of common passwords or repetitions and easy to guess.'
const reasonOf = (password: string, minLength: number) =>
  checkNewPassword(preparePassword(password), { minLength, names: [], field: 'password' }).then(
    () => undefined,
    (error: AuthError) => error.message,
  )

describe('with a minimum of 15', () => {
  test.each([
    'passwordpassword1',
    'iloveyouforever1',
    'PasswordPassword!',
    'qwertyuiopasdfg',
    'letmeinletmein12',
    'Summer2024Summer2024',
    'aaaaaaaaaaaaaaaa',
    'abcdefghijklmnop',
    '098765432109876',
    'manchesterunited',
    'a1'.repeat(128),
  ])('P5: %j is refused with the reason', async (password) => {
    expect(await reasonOf(password, 15)).toBe(guessable)
  })

  test.each([
    'correct horse battery staple',
    'fifteen chars !',
    'tuesday morning rain',
    'xkq7vnw2pzrm40t',
    'Ελλάδα μου, σ’ αγαπώ',
    'my dog ate my homework',
  ])('P5: %j is taken', async (password) => {
    expect(await reasonOf(password, 15)).toBeUndefined()
  })
})

describe('the minimum from which it counts', () => {
  const lengths = dictionary['passwords-common'].map((entry) => [...entry].length)
  const entriesFrom = (least: number) => lengths.filter((length) => length >= least).length

  test('ASVS 6.2.4: is the first at which fewer than 3,000 entries are long enough', async () => {
    expect(entriesFrom(9)).toBeGreaterThanOrEqual(3000)
    expect(entriesFrom(10)).toBeLessThan(3000)
    expect(await reasonOf('monkeydragon', 9)).toBeUndefined()
    expect(await reasonOf('monkeydragon', 10)).toBe(guessable)
  })
})

describe('the estimate', () => {
  test('never falls by a letter that is put to the end and belongs to nothing', async () => {
    const { guessesPower } = await commonPasswords()
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
        expect(guessesPower(`${text}\u4e00`)).toBeCloseTo(guessesPower(text) + 1, 10)
      }),
    )
  })

  test('M27: takes less than 250 ms for the longest password', async () => {
    const { guessesPower } = await commonPasswords()
    for (const unit of [
      'a',
      'a1',
      'password',
      'pa55w0rd1',
      '\u{1f600}',
      'abcdefghij',
      'q1!\u4e00',
    ]) {
      const longest = [...unit.repeat(256)].slice(0, 256).join('')
      const start = performance.now()
      guessesPower(longest)
      expect(performance.now() - start).toBeLessThan(250)
    }
  })
})
