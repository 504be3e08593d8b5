/**
 * Unicode's NormalizationTest.txt: whoever types a name or a password on another system types the same
 * (P4; UAX 15). Every line has five forms of one text; the first three are equal under NFC.
 */

import { decode } from 'seek-bzip'
import { describe, expect, test } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { accountKey, prepareEmail, prepareUsername } from '../../src/flows/identifiers.ts'
import { prepareForVerification, preparePassword } from '../../src/flows/password-policy.ts'
import { readVectors, vectorsFolder } from './vectors.ts'

/** Source, NFC, NFD, NFKC, NFKD. */
type Forms = readonly [string, string, string, string, string]

function readForms(): readonly Forms[] {
  const text = decode(readVectors('unicode/NormalizationTest.txt.bz2')).toString('utf8')
  const lines = text.split('\n').filter((line) => /^[0-9A-F]/.test(line))
  return lines.map((line) => {
    const columns = line.split(';', 5).map((points) => {
      const numbers = points.split(' ').map((point) => Number.parseInt(point, 16))
      return String.fromCodePoint(...numbers)
    })
    return columns as unknown as Forms
  })
}

/** @returns the prepared form, or the refusal as text. */
function prepared(work: () => string | undefined): string {
  try {
    return `taken: ${work()}`
  } catch (error) {
    if (!(error instanceof AuthError)) throw error
    return `refused: ${error.code}`
  }
}

const preparations: readonly (readonly [string, (text: string) => string])[] = [
  ['password that is set', (text) => prepared(() => preparePassword(text))],
  ['password at log-in', (text) => prepared(() => prepareForVerification(text)?.[0])],
  ['username', (text) => prepared(() => prepareUsername(text).key)],
  ['shown username', (text) => prepared(() => prepareUsername(text).shown)],
  ['address', (text) => prepared(() => prepareEmail(`${text}@example.com`).key)],
  ['domain', (text) => prepared(() => prepareEmail(`ada@${text}.example`).key)],
  ['name at log-in', (text) => prepared(() => JSON.stringify(accountKey({ username: text })))],
]

test.each(preparations)('P4: composed or decomposed, it is the same %s', (_, prepare) => {
  for (const text of [
    'Zo\u00eb',
    '\u1e9b\u0323',
    '\u0344',
    '\u212b',
    '\uac00\u11a8',
    'a\u0315\u0300',
  ]) {
    expect(prepare(text.normalize('NFD'))).toBe(prepare(text.normalize('NFC')))
    expect(prepare(text)).toBe(prepare(text.normalize('NFC')))
  }
})

if (vectorsFolder('unicode') !== undefined) {
  const all = readForms()

  describe('P4: NormalizationTest.txt', () => {
    test('has its 19,074 lines less the comments', () => {
      expect(all.length).toBeGreaterThan(18_000)
    })

    test.each(preparations)('every form of a text is the same %s', (_, prepare) => {
      const wrong = all.filter(([source, nfc, nfd, nfkc, nfkd]) => {
        const form = prepare(nfc)
        const isOne = prepare(source) === form && prepare(nfd) === form
        // The compatibility forms are other texts, and equal to each other.
        return !isOne || prepare(nfkc) !== prepare(nfkd)
      })
      expect(wrong.slice(0, 5)).toEqual([])
    })

    test('what was prepared is prepared already', () => {
      let taken = 0
      for (const [source] of all) {
        const password = preparePassword(source)
        expect(preparePassword(password)).toBe(password)
        const key = prepared(() => prepareUsername(source).key)
        if (key.startsWith('refused')) continue
        taken += 1
        const text = key.slice('taken: '.length)
        expect(prepareUsername(text).key).toBe(text)
        expect(prepareUsername(prepareUsername(source).shown).key).toBe(text)
      }
      expect(taken).toBeGreaterThan(10_000)
    })
  })
}
