/** The account itself: read, change, delete. */

import { AuthError } from '../errors.ts'
import type { Account, AccountPatch } from '../stores/ports.ts'
import type { User } from '../wire.ts'
import { confirmPassword } from './change-password.ts'
import type { Caller, FlowContext } from './context.ts'
import { type Identifier, prepareUsername } from './identifiers.ts'
import { checkNewUsername, refuseReservedName } from './new-names.ts'
import { refuseLegacyNames } from './refuse-legacy-names.ts'
import { removeAccount } from './remove-account.ts'
import { userView } from './user-view.ts'

/** A log-in no older than this may delete the account without the password. */
const recentLoginMilliseconds = 10 * 60_000

/** @throws AuthError `session_ended` when the account is gone. */
export async function readProfile(context: FlowContext, caller: Caller): Promise<User> {
  return userView(await ownAccount(context, caller))
}

export interface ProfileChange {
  readonly username?: string | undefined
  readonly name?: string | null | undefined
}

/** @throws AuthError `invalid_request`, `username_taken`, `session_ended`. */
export async function updateProfile(
  context: FlowContext,
  caller: Caller,
  change: ProfileChange,
): Promise<User> {
  if (change.username !== undefined && context.policy.username === 'off') {
    const fields = [{ field: 'username', message: 'is not used here' }]
    throw new AuthError('invalid_request', { fields })
  }
  await refuseLegacyNames(context, { username: change.username })
  const patch: AccountPatch = {
    ...(change.username !== undefined && {
      username: await newUsername(context, caller, change.username),
    }),
    ...(change.name !== undefined && { name: change.name }),
  }
  const updated = await context.users.update(caller.accountId, patch)
  if (updated === 'not_found') throw new AuthError('session_ended')
  if (updated === 'username_taken') throw new AuthError('username_taken')
  return userView(updated)
}

async function newUsername(context: FlowContext, caller: Caller, raw: string): Promise<Identifier> {
  const username = prepareUsername(raw)
  const { username: present } = await ownAccount(context, caller)
  // Whoever has a name that would be refused today may go on saving it.
  if (present !== null && prepareUsername(present).key === username.key) return username
  checkNewUsername(username)
  refuseReservedName(username, context.policy.reservedNames)
  return username
}

export interface AccountDeletion {
  /** Time of the log-in, milliseconds. */
  readonly authenticatedAt: number
  readonly currentPassword?: string | undefined
}

/**
 * Deletes the account and ends all it had. Its id is never used again.
 *
 * @throws AuthError `insufficient_user_authentication` without a password when the log-in is older
 * than ten minutes (ASVS 7.5.1), `invalid_credentials`.
 */
export async function deleteAccount(
  context: FlowContext,
  caller: Caller,
  input: AccountDeletion,
): Promise<void> {
  const account = await ownAccount(context, caller)
  if (input.currentPassword !== undefined) {
    await confirmPassword(context, account, input.currentPassword)
  } else if (context.now() - input.authenticatedAt > recentLoginMilliseconds) {
    const maxAgeSeconds = recentLoginMilliseconds / 1000
    throw new AuthError('insufficient_user_authentication', { maxAgeSeconds })
  }
  await removeAccount(context, account.id).catch((error: unknown) => {
    // Deleted twice at once: the other was faster.
    if (!(error instanceof AuthError && error.code === 'not_found')) throw error
  })
}

/** False once it was deleted; then everything that it had is dead. */
export async function accountExists(context: FlowContext, accountId: string): Promise<boolean> {
  return (await context.users.refreshAccount(accountId)) !== undefined
}

async function ownAccount(context: FlowContext, caller: Caller): Promise<Account> {
  const account = await context.users.findById(caller.accountId)
  if (account?.status !== 'active') throw new AuthError('session_ended')
  return account
}
