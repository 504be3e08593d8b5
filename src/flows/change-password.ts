/** Password change: needs the present password; every older token ends (ASVS 6.2.3, 7.4.3). */

import { AuthError } from '../errors.ts'
import type { SessionDevice } from '../sessions/session.ts'
import type { Account } from '../stores/ports.ts'
import type { Caller, FlowContext } from './context.ts'
import { endAllSessions } from './end-session.ts'
import { issueDeviceToken } from './known-device.ts'
import { hashPasswordOf } from './new-password.ts'
import { type PasswordField, prepareForVerification } from './password-policy.ts'
import { type StartedSession, startSession } from './start-session.ts'

export interface PasswordChange {
  readonly currentPassword: string
  readonly newPassword: string
}

export interface ChangedPassword {
  readonly session: StartedSession
  /** In place of the caller's device token; those of all devices have ended. */
  readonly deviceToken: string
}

/**
 * Replaces the password, ends every session and starts a new one for the caller. Failures of before
 * are forgotten: they were guesses at another password.
 *
 * @throws AuthError `invalid_credentials`, `too_many_requests`, `password_refused`, `session_ended`,
 * `conflict` (two changes at once: one wins).
 */
export async function changePassword(
  context: FlowContext,
  caller: Caller,
  input: PasswordChange,
  device: SessionDevice,
): Promise<ChangedPassword> {
  const account = await context.users.findById(caller.accountId)
  if (account?.status !== 'active') throw new AuthError('session_ended')
  await confirmPassword(context, account, input.currentPassword)

  const hash = await hashNewPassword(context, account, input.newPassword, 'newPassword')
  // Asked before the change: a hook that fails then leaves the old password in place.
  const claims = await context.applicationClaims.of(account)
  const epoch = await context.users.changePassword(account.id, account.passwordHash, hash)
  if (epoch === 'conflict') throw new AuthError('conflict')
  await endAllSessions(context, account.id, epoch, 'password_changed')
  await context.loginThrottle.forgive(account)
  context.emit({ type: 'password_changed', accountId: account.id })
  const changed = { ...account, passwordHash: hash, sessionEpoch: epoch }
  const session = await startSession(context, changed, device, claims)
  return { session, deviceToken: issueDeviceToken(context, changed) }
}

/** @throws AuthError `password_refused` */
export function hashNewPassword(
  context: FlowContext,
  account: Account,
  newPassword: string,
  field: PasswordField,
): Promise<string> {
  const names = [account.username, account.email, account.name]
  return hashPasswordOf(context, { password: newPassword, field, names })
}

/** @throws AuthError `invalid_credentials`; `too_many_requests` after too many wrong ones. */
export async function confirmPassword(
  context: FlowContext,
  account: Account,
  presentedPassword: string,
): Promise<void> {
  const password = prepareForVerification(presentedPassword)
  const matches = await context.loginThrottle.confirmation(
    account.id,
    async () =>
      password !== undefined && (await context.passwords.verify(password, account.passwordHash)),
  )
  if (!matches) throw new AuthError('invalid_credentials', { message: 'The password is wrong.' })
}
