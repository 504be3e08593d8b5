/** Sets a password without knowing the present one: for administrators. Every token ends. */

import { AuthError } from '../errors.ts'
import type { AccountView } from '../wire.ts'
import { hashNewPassword } from './change-password.ts'
import type { FlowContext } from './context.ts'
import { endAllSessions } from './end-session.ts'
import { accountView } from './user-view.ts'

/** A log-in may strengthen the hash meanwhile; that often in a row it does not. */
const mostTries = 3

/**
 * Replaces the password and ends every session, also of a disabled account, which stays disabled. A
 * locked account is unlocked.
 *
 * @throws AuthError `not_found`, `password_refused`, `conflict` (somebody else keeps changing it).
 */
export async function setPassword(
  context: FlowContext,
  accountId: string,
  newPassword: string,
): Promise<AccountView> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const account = await context.users.findById(accountId)
    if (account === undefined) throw new AuthError('not_found')
    const hash = await hashNewPassword(context, account, newPassword, 'password')
    const epoch = await context.users.changePassword(accountId, account.passwordHash, hash)
    if (epoch === 'conflict') continue
    await endAllSessions(context, accountId, epoch, 'password_changed')
    await context.loginThrottle.forgive(account)
    context.emit({ type: 'password_changed', accountId })
    return accountView(account)
  }
  throw new AuthError('conflict')
}
