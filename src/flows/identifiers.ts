/**
 * Usernames and e-mail addresses: the form that is shown and the form that is compared.
 *
 * Sources: RFC 8265 §3.3 (UsernameCaseMapped) with RFC 8264 §4.2 (IdentifierClass), RFC 5321 §4.5.3
 * and RFC 6531 for addresses, IDNA for domains. All is checked after normalising (GHSA-7rqj).
 *
 * Log-in compares by these keys, and stores hold them: what this file takes it must go on taking, and
 * a key must never change. Rules for names that are chosen anew are in `new-names.ts`.
 */

import { domainToASCII } from 'node:url'
import { AuthError } from '../errors.ts'
import type { AccountKey } from '../stores/ports.ts'

export interface Identifier {
  /** As the owner wrote it, in NFC. */
  readonly shown: string
  /** Unique among accounts. */
  readonly key: string
}

type Reading = Identifier | { readonly reason: string }

const maxUsernameCodePoints = 64
const maxLocalPartBytes = 64
const maxAddressBytes = 254

// Far above both limits, so that NFC (quadratic on runs of combining marks) never sees more.
const maxRawLength = 1024

/** Zero-width, bidi controls, soft hyphen, fillers, variation selectors. */
const invisible = /\p{Default_Ignorable_Code_Point}/u
const usernameCharacters = /^[\p{L}\p{Mn}\p{Mc}\p{Nd}._-]*$/u
const localPartCharacters = /^[\p{L}\p{Mn}\p{Mc}\p{Nd}.!#$%&'*+/=?^_`{|}~-]*$/u
const domainCharacters = /^[\p{L}\p{Mn}\p{Mc}\p{Nd}.-]*$/u
const domainLabel = /^[a-z0-9-]{1,63}$/

/** @throws AuthError `invalid_request` — with the reason in `fields`. */
export const prepareUsername = (raw: string): Identifier =>
  identifierOrThrow(readUsername(raw), 'username')

/** @throws AuthError `invalid_request` — with the reason in `fields`. */
export const prepareEmail = (raw: string): Identifier => identifierOrThrow(readEmail(raw), 'email')

export interface GivenName {
  readonly username?: string | undefined
  readonly email?: string | undefined
}

/** One name of an account, and which of the two it is. */
export interface NamedIdentifier extends Identifier {
  readonly field: 'username' | 'email'
}

/**
 * Reads the name that a log-in gives. A username with `@` is taken as an e-mail address.
 *
 * @returns undefined when no account can have that name.
 */
export function readIdentifier(given: GivenName): NamedIdentifier | undefined {
  const name = given.username ?? given.email
  if (name === undefined) return undefined
  const field = given.username === undefined || name.includes('@') ? 'email' : 'username'
  const reading = field === 'email' ? readEmail(name) : readUsername(name)
  return 'reason' in reading ? undefined : { field, ...reading }
}

/** Tells which account a log-in names, as `readIdentifier` reads it. */
export function accountKey(given: GivenName): AccountKey | undefined {
  const identifier = readIdentifier(given)
  if (identifier === undefined) return undefined
  const { field, key } = identifier
  return field === 'email' ? { emailKey: key } : { usernameKey: key }
}

function readUsername(raw: string): Reading {
  const tooLong = { reason: `Use ${maxUsernameCodePoints} characters or fewer.` }
  if (raw.length > maxRawLength) return tooLong
  const shown = mapWidth(raw).normalize('NFC')
  if (shown === '') return { reason: 'The username is empty.' }
  if ([...shown].length > maxUsernameCodePoints) return tooLong
  if (!usernameCharacters.test(shown) || invisible.test(shown)) {
    return { reason: 'Use letters, digits, dots, underscores and hyphens only.' }
  }
  if (/^\p{M}/u.test(shown)) return { reason: 'Do not begin with a combining mark.' }
  if (hasCompatibilityForms(shown)) return { reason: 'Use letters and digits in their plain form.' }
  return { shown, key: foldCase(shown) }
}

function readEmail(raw: string): Reading {
  const tooLong = { reason: 'The address is too long.' }
  const malformed = { reason: 'This is not an e-mail address of the form name@example.com.' }
  if (raw.length > maxRawLength) return tooLong
  const shown = raw.normalize('NFC')
  const [local = '', domain = '', ...rest] = shown.split('@')
  if (rest.length > 0 || invisible.test(shown)) return malformed
  if (!isLocalPart(local)) return malformed
  const asciiDomain = readDomain(domain)
  if (asciiDomain === undefined) return malformed
  if (Buffer.byteLength(local) > maxLocalPartBytes) return tooLong
  if (Buffer.byteLength(`${local}@${asciiDomain}`) > maxAddressBytes) return tooLong
  return { shown, key: `${foldCase(local)}@${asciiDomain}` }
}

// No quoted form and no comments: mail software does not agree on where such an address ends.
function isLocalPart(local: string): boolean {
  if (!localPartCharacters.test(local) || hasCompatibilityForms(local)) return false
  return local.split('.').every((atom) => atom !== '' && !/^\p{M}/u.test(atom))
}

/** @returns the domain in lower-case ASCII, undefined when mail cannot go there. */
function readDomain(domain: string): string | undefined {
  // domainToASCII reads a URL's host: it would cut at a slash and decode %41.
  if (!domainCharacters.test(domain)) return undefined
  const ascii = domainToASCII(domain)
  if (ascii === 'localhost') return ascii
  const labels = ascii.split('.')
  const wellFormed = labels.every(
    (label) => domainLabel.test(label) && !label.startsWith('-') && !label.endsWith('-'),
  )
  // An address of the network (127.1 becomes 127.0.0.1) ends in digits, a name does not.
  if (!wellFormed || labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? '')) return undefined
  return ascii
}

/** Full-width and half-width characters become ordinary ones (RFC 8265 §3.3.1). */
const mapWidth = (text: string): string =>
  text.replace(/[\uFF01-\uFFEE]/g, (character) => character.normalize('NFKC'))

/** Ligatures, mathematical letters and the like (RFC 8264 §9.17); width is mapped before. */
const hasCompatibilityForms = (nfc: string): boolean => nfc.normalize('NFKC') !== nfc

// RFC 8265 §3.3.2 has Unicode's lower case and not case folding: ß stays apart from ss, and İ from i.
// Lower case writes one capital sigma in two ways, by its place in the word; names must not differ so.
const foldCase = (text: string): string => text.toLowerCase().replaceAll('ς', 'σ').normalize('NFC')

function identifierOrThrow(reading: Reading, field: 'username' | 'email'): Identifier {
  if (!('reason' in reading)) return reading
  throw new AuthError('invalid_request', { fields: [{ field, message: reading.reason }] })
}
