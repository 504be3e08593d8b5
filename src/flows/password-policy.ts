/**
 * Which passwords are taken, and the one form in which they are hashed.
 *
 * No composition rules. Sources: PRECIS OpaqueString (RFC 8265 §4.2), NIST SP 800-63B-4 §3.1.1.2,
 * OWASP ASVS 5.0 6.2; SECURITY.md P1 to P5.
 */

import { AuthError } from '../errors.ts'

/** The field of the request that held the password; named in the refusal. */
export type PasswordField = 'password' | 'newPassword'

export interface NewPasswordContext {
  /** In code points; less than 8 counts as 8. */
  readonly minLength: number
  /** Username, e-mail address, display name, service name: what the password must not be made of. */
  readonly names: readonly string[]
  readonly field: PasswordField
}

const leastMinLength = 8
const maxCodePoints = 256
const maxBytes = 1024

// Nothing longer can come down to 256 code points by NFC (at most 8 UTF-16 units each), and NFC
// itself takes quadratic time on runs of combining marks.
const maxRawLength = 4096

const serviceName = 'countersign'
const tooLong = `Use ${maxCodePoints} characters (${maxBytes} bytes) or fewer.`

type Preparation = { readonly prepared: string } | { readonly reason: string }

/**
 * Brings a password into the form that is hashed: any space is U+0020, then NFC. Nothing is trimmed
 * or cut, and case stays.
 *
 * @throws AuthError `password_refused` — empty, or with characters that cannot be typed again.
 */
export function preparePassword(password: string, field: PasswordField = 'password'): string {
  const preparation = prepare(password)
  if ('reason' in preparation) throw refused(preparation.reason, field)
  return preparation.prepared
}

/**
 * Prepares a password for log-in.
 *
 * @returns undefined when it could never have been set; log-in then verifies against the decoy.
 */
export function prepareForVerification(password: string): string | undefined {
  const preparation = prepare(password)
  if ('reason' in preparation || isTooLong(preparation.prepared)) return undefined
  return preparation.prepared
}

/**
 * Checks a prepared password that is about to be set.
 *
 * @throws AuthError `password_refused` — too short, too long, common, or made of the names.
 */
export async function checkNewPassword(
  prepared: string,
  { minLength, names, field }: NewPasswordContext,
): Promise<void> {
  const minimum = Math.max(minLength, leastMinLength)
  if (isTooLong(prepared)) throw refused(tooLong, field)
  if ([...prepared].length < minimum) throw refused(`Use ${minimum} characters or more.`, field)
  if (isMadeOf(prepared, [serviceName, ...names])) {
    throw refused('The password must not be made of your name, address or this service.', field)
  }
  if ((await commonPasswords()).has(prepared.toLowerCase())) {
    throw refused('This is on the list of the most common passwords.', field)
  }
}

function prepare(password: string): Preparation {
  if (password === '') return { reason: 'The password is empty.' }
  if (password.length > maxRawLength) return { reason: tooLong }
  if (/\p{Cc}/u.test(password)) return { reason: 'The password contains a control character.' }
  if (/[\p{Cs}\p{Noncharacter_Code_Point}]/u.test(password)) {
    return { reason: 'The password contains something that is not a Unicode character.' }
  }
  return { prepared: password.replace(/\p{Zs}/gu, ' ').normalize('NFC') }
}

const isTooLong = (prepared: string): boolean =>
  [...prepared].length > maxCodePoints || Buffer.byteLength(prepared) > maxBytes

/** Equal to a name, a name reversed or repeated, each also between digits and signs. */
function isMadeOf(prepared: string, names: readonly string[]): boolean {
  const password = prepared.toLowerCase()
  const candidates = [password, lettersOf(password)]
  return names.flatMap(wordsOf).some((word) => {
    const forms = [word, [...word].reverse().join('')]
    return candidates.some((candidate) => forms.some((form) => isRepetition(candidate, form)))
  })
}

/** The name, and of an e-mail address also its local part, domain and labels but the last. */
function wordsOf(name: string): readonly string[] {
  const folded = name.normalize('NFC').toLowerCase()
  const [local = '', domain = ''] = folded.split('@')
  const words = [folded, local, domain, ...domain.split('.').slice(0, -1)]
  return [...words, ...words.map(lettersOf)].filter((word) => word.length > 1)
}

/** What lies between the first letter and the last one. */
function lettersOf(text: string): string {
  const characters = [...text]
  const isLetter = (character: string) => /\p{L}/u.test(character)
  const end = characters.findLastIndex(isLetter) + 1
  return end === 0 ? '' : characters.slice(characters.findIndex(isLetter), end).join('')
}

const isRepetition = (text: string, word: string): boolean =>
  text !== '' && text.length % word.length === 0 && word.repeat(text.length / word.length) === text

// The one thing a process keeps here: a constant that costs 30 ms and is not needed at start-up.
let commonPasswordSet: Promise<ReadonlySet<string>> | undefined

function commonPasswords(): Promise<ReadonlySet<string>> {
  commonPasswordSet ??= loadCommonPasswords()
  return commonPasswordSet
}

async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const entries = dictionary['passwords-common'].filter((entry) => entry.length >= leastMinLength)
  return new Set(entries.map((entry) => entry.toLowerCase()))
}

const refused = (message: string, field: PasswordField): AuthError =>
  new AuthError('password_refused', { message, fields: [{ field, message }] })
