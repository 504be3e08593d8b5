/**
 * What a new username or address must be, beyond having the form of one.
 *
 * Asked when a name is chosen, never at log-in: an account that has its name from before a rule, or
 * from another system, keeps it and logs in with it. Sources: UTS 39 §4 and §5, RFC 5893, RFC 5891
 * §4.2.3.1; docs/decisions/0010-names-that-look-alike.md says what was chosen.
 */

import { domainToUnicode } from 'node:url'
import { AuthError } from '../errors.ts'
import { type Identifier, prepareUsername } from './identifiers.ts'
import { skeletonOf } from './lookalikes.ts'
import { hasOneKindOfDigit, isOfOneScript, keepsItsOrder } from './username-scripts.ts'

/** @throws AuthError `invalid_request` — with the reason in `fields`. */
export function checkNewUsername({ shown, key }: Identifier): void {
  const reason = shapeProblem(shown) ?? scriptProblem(shown) ?? markProblem(shown)
  if (reason !== undefined) throw refused('username', reason)
  // An administrator names accounts by id or by username.
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)) {
    throw refused('username', 'This has the form of an id.')
  }
}

/**
 * Refuses a name that is kept for the operator, and what looks like one: аdmin with a Cyrillic letter,
 * r00t, sup.port.
 *
 * For names that people choose themselves; an administrator may give any.
 *
 * @throws AuthError `invalid_request` — with the reason in `fields`.
 */
export function refuseReservedName({ key }: Identifier, reservedNames: readonly string[]): void {
  const skeleton = skeletonOf(key)
  if (reservedNames.some((name) => skeletonOf(prepareUsername(name).key) === skeleton)) {
    throw refused('username', 'This name is reserved.')
  }
}

/**
 * Refuses a domain that the standard for names in other scripts does not have. The local part stays
 * free: only the receiving server knows what it means.
 *
 * @throws AuthError `invalid_request` — with the reason in `fields`.
 */
export function checkNewEmail({ key }: Identifier): void {
  const domain = key.slice(key.lastIndexOf('@') + 1)
  const isReserved = domain.split('.').some((label) => /^(?!xn)..--/.test(label))
  // What `xn--` stands for must be letters and digits too: no sign, no pictograph.
  if (isReserved || !/^[\p{L}\p{Mn}\p{Mc}\p{Nd}.-]+$/u.test(domainToUnicode(domain))) {
    throw refused('email', 'The domain of this address is not a valid one.')
  }
}

function shapeProblem(shown: string): string | undefined {
  if (/^[.-]|[.-]$/.test(shown)) return 'Do not begin or end with a dot or a hyphen.'
  if (shown.includes('..')) return 'Do not put two dots side by side.'
  return /[\p{L}\p{Nd}]/u.test(shown) ? undefined : 'Use at least one letter or digit.'
}

function scriptProblem(shown: string): string | undefined {
  if (!isOfOneScript(shown)) return 'Use the letters of one script, such as Latin or Cyrillic.'
  if (!hasOneKindOfDigit(shown)) return 'Use one kind of digits.'
  return keepsItsOrder(shown)
    ? undefined
    : 'A name from right to left begins with a letter, ends with a letter or digit, and has one kind of digits.'
}

/** Marks that cannot be seen, or that overflow what is around them (UTS 39 §5.4). */
function markProblem(shown: string): string | undefined {
  const decomposed = shown.normalize('NFD')
  const isOverflowing = /\p{Mn}{5}|(\p{Mn})\1/u.test(decomposed)
  // The dot of an i hides another one.
  const isHidden = /[ijıȷ]\p{Mn}*\u0307/u.test(decomposed)
  return isOverflowing || isHidden ? 'Use fewer combining marks.' : undefined
}

const refused = (field: 'username' | 'email', message: string): AuthError =>
  new AuthError('invalid_request', { fields: [{ field, message }] })
