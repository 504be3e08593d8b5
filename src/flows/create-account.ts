/** Makes an account: for whoever registers, and for an administrator, who may give it rights. */

import { uuidV7 } from '../crypto/uuid.ts'
import { AuthError, type FieldProblem } from '../errors.ts'
import type { Account, NewAccount } from '../stores/ports.ts'
import type { FlowContext } from './context.ts'
import { nameText } from './counter-keys.ts'
import { prepareEmail, prepareUsername } from './identifiers.ts'
import { checkNewEmail, checkNewUsername } from './new-names.ts'
import { hashPasswordOf } from './new-password.ts'
import { refuseLegacyNames } from './refuse-legacy-names.ts'
import { checkRights, type Rights } from './rights.ts'

export interface AccountCreation extends Rights {
  readonly username?: string | undefined
  readonly email?: string | undefined
  readonly name?: string | undefined
  readonly password: string
}

/**
 * Makes an account; of several at once that want one name, one gets it.
 *
 * @param admit asked with the compared names when all is well formed, before the password is hashed;
 * what it throws refuses the account.
 * @throws AuthError `invalid_request`, `password_refused`, `username_taken`, `email_taken`.
 */
export async function createAccount(
  context: FlowContext,
  input: AccountCreation,
  admit?: (names: readonly string[]) => Promise<void>,
): Promise<Account> {
  checkNames(context, input)
  const { roles = [], scopes = [] } = checkRights(input)
  const username = input.username === undefined ? undefined : prepareUsername(input.username)
  const email = input.email === undefined ? undefined : prepareEmail(input.email)
  if (username !== undefined) checkNewUsername(username)
  if (email !== undefined) checkNewEmail(email)
  const names = [
    username && nameText({ usernameKey: username.key }),
    email && nameText({ emailKey: email.key }),
  ]
  const beforeHashing = async (): Promise<void> => {
    await admit?.(names.filter((one) => one !== undefined))
    await refuseLegacyNames(context, input)
  }
  const account: NewAccount = {
    id: uuidV7(context.now()),
    externalId: null,
    username: username?.shown ?? null,
    usernameKey: username?.key ?? null,
    email: email?.shown ?? null,
    emailKey: email?.key ?? null,
    name: input.name ?? null,
    passwordHash: await hashPasswordOf(context, {
      password: input.password,
      field: 'password',
      names: [username?.shown, email?.shown, input.name],
      beforeHashing,
    }),
    roles,
    scopes,
  }
  const created = await context.users.create(account)
  if (created === 'external_id_taken') throw new AuthError('conflict')
  if (typeof created === 'string') throw new AuthError(created)
  context.emit({ type: 'account_registered', accountId: created.id })
  return created
}

function checkNames(context: FlowContext, input: AccountCreation): void {
  const { policy } = context
  const fields: FieldProblem[] = []
  for (const field of ['username', 'email'] as const) {
    const given = input[field] !== undefined
    if (policy[field] === 'required' && !given) fields.push({ field, message: 'is required' })
    if (policy[field] === 'off' && given) fields.push({ field, message: 'is not used here' })
  }
  if (fields.length === 0 && input.username === undefined && input.email === undefined) {
    fields.push({ field: '', message: 'needs a username or an email' })
  }
  if (fields.length > 0) throw new AuthError('invalid_request', { fields })
}
