/**
 * In which writing systems a new username may be: UTS 39 §5.2 “Highly Restrictive”, and the rules for
 * digits (RFC 5892 A.8, A.9) and for names that run from right to left (RFC 5893 §2).
 *
 * The scripts are those of UAX 31, tables 5 (recommended) and 7 (limited use): every one in living use.
 */

const recommended = [
  ...[
    'Arabic',
    'Armenian',
    'Bengali',
    'Bopomofo',
    'Cyrillic',
    'Devanagari',
    'Ethiopic',
    'Georgian',
  ],
  ...[
    'Greek',
    'Gujarati',
    'Gurmukhi',
    'Han',
    'Hangul',
    'Hebrew',
    'Hiragana',
    'Kannada',
    'Katakana',
  ],
  ...['Khmer', 'Lao', 'Latin', 'Malayalam', 'Myanmar', 'Oriya', 'Sinhala', 'Tamil', 'Telugu'],
  ...['Thaana', 'Thai', 'Tibetan'],
]
const limitedUse = [
  ...['Adlam', 'Balinese', 'Bamum', 'Batak', 'Canadian_Aboriginal', 'Chakma', 'Cham', 'Cherokee'],
  ...['Hanifi_Rohingya', 'Javanese', 'Kayah_Li', 'Lepcha', 'Limbu', 'Lisu', 'Mandaic'],
  ...['Meetei_Mayek', 'Miao', 'Mongolian', 'New_Tai_Lue', 'Newa', 'Nko', 'Nyiakeng_Puachue_Hmong'],
  ...['Ol_Chiki', 'Osage', 'Saurashtra', 'Sundanese', 'Syloti_Nagri', 'Syriac', 'Tai_Le'],
  ...['Tai_Tham', 'Tai_Viet', 'Tifinagh', 'Vai', 'Wancho', 'Yi'],
]
/** Japanese, Chinese and Korean are written in several scripts, and mixed with Latin. */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]

const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Hanifi_Rohingya}\p{Script=Adlam}]/u
/** Digits that Unicode counts as Arabic (AN) and as European (EN). */
const arabicDigit = /[\u0660-\u0669\u{10D30}-\u{10D39}]/u
const europeanDigit = /[0-9\u06F0-\u06F9]/u

/** True when one script, or one of the usual mixtures, has all letters of the text. */
export function isOfOneScript(text: string): boolean {
  // Most names; the others pay for up to seventy expressions.
  if (/^[\x21-\x7e]*$/.test(text)) return true
  const scripts = [...[...recommended, ...limitedUse].map((script) => [script]), ...together]
  return scripts.some((mixture) => {
    const classes = [...mixture, 'Common', 'Inherited'].map((script) => `\\p{scx=${script}}`)
    return new RegExp(`^[${classes.join('')}]*$`, 'u').test(text)
  })
}

/** True when all digits are of one row of ten, such as 0 to 9. */
export function hasOneKindOfDigit(text: string): boolean {
  const digits = text.match(/\p{Nd}/gu) ?? []
  return new Set(digits.map(zeroOf)).size <= 1
}

/**
 * True when the text is shown in the order in which it is stored, whatever stands around it.
 *
 * Left to right always is, since a name has no second script. Right to left must begin with a
 * letter, end with a letter or digit, and have one kind of digit (RFC 5893 §2, rules 1, 3 and 4).
 */
export function keepsItsOrder(text: string): boolean {
  if (!rightToLeft.test(text) && !arabicDigit.test(text)) return true
  const last = text.replace(/\p{Mn}+$/u, '').at(-1) ?? ''
  const beginsWell = /^\p{L}/u.test(text)
  const endsWell = /[^._-]/.test(last)
  return beginsWell && endsWell && !(arabicDigit.test(text) && europeanDigit.test(text))
}

/** Unicode keeps decimal digits in rows of ten, from zero to nine. */
function zeroOf(digit: string): number {
  let point = digit.codePointAt(0) ?? 0
  for (let step = 0; step < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - 1)); step += 1) {
    point -= 1
  }
  return point
}
