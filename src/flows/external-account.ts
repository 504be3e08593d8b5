/**
 * Users of the application's own store, with the password hash they have there, checked.
 *
 * Their passwords were set under other rules and are not judged here. Names must be such as an
 * account can have.
 */

import { isKnownPasswordHash } from '../crypto/password-formats/read-stored-hash.ts'
import { AuthError, type FieldProblem } from '../errors.ts'
import { type Identifier, prepareEmail, prepareUsername } from './identifiers.ts'
import { checkRights } from './rights.ts'

/** A user as the application's own store has it. */
export interface ExternalUser {
  /** What that store calls the user; kept as `externalId`, and unique for ever. */
  readonly externalId: string
  /** One of the two names at least. */
  readonly username?: string | null | undefined
  readonly email?: string | null | undefined
  readonly name?: string | null | undefined
  /** As it is stored there: bcrypt, scrypt, PBKDF2 or Argon2. */
  readonly passwordHash: string
  readonly roles?: readonly string[] | undefined
  readonly scopes?: readonly string[] | undefined
}

/** The same, checked. */
export interface ExternalAccount {
  readonly externalId: string
  readonly username: Identifier | undefined
  readonly email: Identifier | undefined
  readonly name: string | null
  readonly passwordHash: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
}

const mostIdCharacters = 255
const mostNameCharacters = 100

/**
 * @param needsPassword false where a user without a hash that can be verified is still a user.
 * @throws AuthError `invalid_request` with every reason in `fields`; no value is in them.
 */
export function checkExternalUser(user: ExternalUser, needsPassword = true): ExternalAccount {
  const fields: FieldProblem[] = []
  const attempt = <Result>(check: () => Result): Result | undefined => {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      fields.push(...(error.details.fields ?? []))
      return undefined
    }
  }
  const { externalId, name = null, passwordHash } = user
  if (!isExternalId(externalId)) {
    const message = `must be a string of 1 to ${mostIdCharacters} characters without controls`
    fields.push({ field: 'externalId', message })
  }
  if (name !== null && !isShowable(name)) {
    const message = `must be at most ${mostNameCharacters} characters without control characters`
    fields.push({ field: 'name', message })
  }
  if (needsPassword && !(typeof passwordHash === 'string' && isKnownPasswordHash(passwordHash))) {
    fields.push({ field: 'passwordHash', message: 'is in no format that can be verified' })
  }
  const read = (field: 'username' | 'email', prepare: (raw: string) => Identifier) => {
    const given: unknown = user[field] ?? undefined
    if (given === undefined || typeof given === 'string') {
      return given === undefined ? undefined : attempt(() => prepare(given))
    }
    fields.push({ field, message: 'must be a string' })
    return undefined
  }
  const username = read('username', prepareUsername)
  const email = read('email', prepareEmail)
  if (fields.length === 0 && username === undefined && email === undefined) {
    fields.push({ field: '', message: 'needs a username or an email' })
  }
  const { roles = [], scopes = [] } = attempt(() => checkRights(user)) ?? {}
  if (fields.length > 0) throw new AuthError('invalid_request', { fields })
  return { externalId, username, email, name, passwordHash, roles, scopes }
}

/** A name to show that is not too long and moves no cursor. */
export const isShowable = (name: unknown): name is string =>
  typeof name === 'string' && name.length <= mostNameCharacters && !/[\p{Cc}\p{Cs}]/u.test(name)

const isExternalId = (id: unknown): boolean =>
  typeof id === 'string' && id !== '' && id.length <= mostIdCharacters && !/\p{C}/u.test(id)
