/**
 * Which passwords are taken, and the one form in which they are hashed.
 *
 * No composition rules. Sources: PRECIS OpaqueString (RFC 8265 §4.2), NIST SP 800-63B-4 §3.1.1.2,
 * OWASP ASVS 5.0 6.2; SECURITY.md P1 to P5.
 */

import { AuthError } from '../errors.ts'
import type { BreachedPasswords } from './breached-passwords.ts'
import { commonPasswords } from './common-passwords.ts'

/** The field of the request that held the password; named in the refusal. */
export type PasswordField = 'password' | 'newPassword'

export interface NewPasswordContext {
  /** In code points; less than 8 counts as 8. */
  readonly minLength: number
  /** Username, e-mail address, display name: what the password must not be made of. */
  readonly names: readonly string[]
  /** Likewise, of the service. @default its name, countersign */
  readonly contextWords?: readonly string[] | undefined
  readonly field: PasswordField
}

const leastMinLength = 8
const maxCodePoints = 256
const maxBytes = 1024

// Nothing longer can come down to 256 code points by NFC (at most 8 UTF-16 units each), and NFC
// itself takes quadratic time on runs of combining marks.
const maxRawLength = 4096

// Fewer than 3,000 entries of the list are this long, so the list alone would not do (ASVS 6.2.4).
const estimateFromMinLength = 10
const leastGuessesPower = 8

const serviceWords = ['countersign']
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
 * @returns the forms in which it may have been hashed: the prepared one, in which it is hashed from now
 * on, and as it was typed, if that differs, since imported hashes were made of that. No hash of ours
 * is made of the second, but it is tried for every account, so that time does not tell who was imported.
 * Undefined when it is too long for any account or empty; log-in then hashes nothing.
 */
export function prepareForVerification(password: string): readonly string[] | undefined {
  if (password === '' || password.length > maxRawLength) return undefined
  const preparation = prepare(password)
  // With a control character nobody can set it here, but elsewhere somebody may have.
  if ('reason' in preparation) return isTooLong(password) ? undefined : [password]
  const { prepared } = preparation
  if (isTooLong(prepared)) return undefined
  return prepared === password || isTooLong(password) ? [prepared] : [prepared, password]
}

/**
 * Checks a prepared password that is about to be set.
 *
 * @throws AuthError `password_refused` — too short, too long, common, easy to guess, or made of the
 * names.
 */
export async function checkNewPassword(
  prepared: string,
  { minLength, names, contextWords = serviceWords, field }: NewPasswordContext,
): Promise<void> {
  const minimum = Math.max(minLength, leastMinLength)
  if (isTooLong(prepared)) throw refused(tooLong, field)
  if ([...prepared].length < minimum) throw refused(`Use ${minimum} characters or more.`, field)
  if (isMadeOf(prepared, [...contextWords, ...names])) {
    throw refused('The password must not be made of your name, address or this service.', field)
  }
  const common = await commonPasswords()
  if (common.has(prepared)) {
    throw refused('This is on the list of the most common passwords.', field)
  }
  if (minimum >= estimateFromMinLength && common.guessesPower(prepared) < leastGuessesPower) {
    throw refused('This is made of common passwords or repetitions and easy to guess.', field)
  }
}

/** Asks another service, so it comes last, when all else is allowed. @throws AuthError `password_refused` */
export async function refuseBreached(
  prepared: string,
  isBreached: BreachedPasswords | undefined,
  field: PasswordField,
): Promise<void> {
  if (await isBreached?.(prepared)) {
    throw refused('This password is known from a data breach; choose another one.', field)
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

const refused = (message: string, field: PasswordField): AuthError =>
  new AuthError('password_refused', { message, fields: [{ field, message }] })
