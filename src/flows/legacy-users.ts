/**
 * The application's own store of users: asks its hook, within bounds, and checks what it returns.
 *
 * Nothing is changed here. `adopt-legacy-user.ts` makes accounts of those who log in.
 */

import { isKnownPasswordHash } from '../crypto/password-formats/read-stored-hash.ts'
import { AuthError, unavailable } from '../errors.ts'
import { checkExternalUser, type ExternalAccount, isShowable } from './external-account.ts'
import { type GivenName, type NamedIdentifier, readIdentifier } from './identifiers.ts'
import { withinDeadline } from './within-deadline.ts'

/** A user as `legacyUsers.find` returns it. */
export interface LegacyUser {
  /** What the store calls the user, such as an ObjectId. Its string form becomes `externalId`. */
  readonly id: { toString(): string }
  /** One of the two at least. A name that no account can have is left out. */
  readonly username?: string | null | undefined
  readonly email?: string | null | undefined
  readonly name?: string | null | undefined
  /** As it is stored: bcrypt, scrypt, PBKDF2 or Argon2. Without one nobody can log in by password. */
  readonly passwordHash: string | null | undefined
  readonly roles?: readonly string[] | undefined
  readonly scopes?: readonly string[] | undefined
}

export interface LegacyUsersHook {
  /**
   * Finds the user with this username or e-mail address, as it was typed (in NFC).
   *
   * Changes nothing. Has two seconds.
   */
  find(identifier: string): LegacyUser | null | undefined | Promise<LegacyUser | null | undefined>
}

export interface LegacyUsers {
  /**
   * Finds the user of this name; undefined when there is none.
   *
   * @throws AuthError `temporarily_unavailable` when the hook throws, is late or returns what is no
   * user of that name.
   */
  find(name: GivenName): Promise<ExternalAccount | undefined>
  /** The hash of the user who was found last: to do the same work where there is none. */
  sampleHash(): string | undefined
}

const deadlineMilliseconds = 2000
/** No hash at all: verified at the usual cost, and never right. */
const noHash = ''

/** @param report told of the first failure, and of the first after the hook has worked again. */
export function createLegacyUsers(
  hook: LegacyUsersHook,
  report: (error: unknown) => void,
): LegacyUsers {
  let isFailing = false
  let sample: string | undefined

  async function ask(asked: NamedIdentifier): Promise<ExternalAccount | undefined> {
    const found = await withinDeadline(() => hook?.find(asked.shown), deadlineMilliseconds)
    if (found === null || found === undefined) return undefined
    const user = checkLegacyUser(found)
    // A query that finds by pattern would hand somebody else's account to whoever typed it.
    if (user[asked.field]?.key !== asked.key) throw new Error('it returned a user of another name')
    if (user.passwordHash !== noHash) sample = user.passwordHash
    return user
  }

  return Object.freeze<LegacyUsers>({
    sampleHash: () => sample,
    async find(name) {
      const asked = readIdentifier(name)
      if (asked === undefined) return undefined
      try {
        const user = await ask(asked)
        isFailing = false
        return user
      } catch (cause) {
        if (!isFailing) report(new Error(`legacyUsers.find failed: ${reason(cause)}`, { cause }))
        isFailing = true
        throw unavailable(cause instanceof AuthError ? reason(cause) : cause)
      }
    },
  })
}

function checkLegacyUser({ id, username, email, name, ...rest }: LegacyUser): ExternalAccount {
  const text = String(id ?? '')
  // Where log-in was by address, it often stands in `username`.
  const isAddress = email == null && username?.includes('@') === true
  const user = {
    roles: rest.roles,
    scopes: rest.scopes,
    externalId: text === '[object Object]' ? '' : text,
    username: isAddress ? undefined : fitting('username', username),
    email: fitting('email', isAddress ? username : email),
    name: isShowable(name) ? name : null,
    // Such as of somebody who has only ever come by way of another provider.
    passwordHash: isVerifiable(rest.passwordHash) ? rest.passwordHash : noHash,
  }
  return checkExternalUser(user, false)
}

const isVerifiable = (hash: unknown): hash is string =>
  typeof hash === 'string' && isKnownPasswordHash(hash)

function fitting(field: 'username' | 'email', name: unknown): string | undefined {
  const given = typeof name === 'string' ? name : undefined
  return readIdentifier({ [field]: given })?.field === field ? given : undefined
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const fields = cause instanceof AuthError ? (cause.details.fields ?? []) : []
  const problems = fields.map(({ field, message }) => `${field} ${message}`.trim())
  return [cause.message, ...problems].join(' ')
}
