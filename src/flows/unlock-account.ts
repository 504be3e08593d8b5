/** Unlocks an account that too many wrong passwords have locked (NIST SP 800-63B-4 §3.2.2). */

import { AuthError } from '../errors.ts'
import type { AccountView } from '../wire.ts'
import type { FlowContext } from './context.ts'
import { accountView } from './user-view.ts'

/**
 * Forgets every failure of the account: its password counts again, at once. Safe to repeat, and no
 * mistake where nothing was locked. A disabled account stays disabled.
 *
 * @throws AuthError `not_found`.
 */
export async function unlockAccount(context: FlowContext, accountId: string): Promise<AccountView> {
  const account = await context.users.findById(accountId)
  if (account === undefined) throw new AuthError('not_found')
  await context.loginThrottle.forgive(account)
  context.emit({ type: 'account_unlocked', accountId })
  return accountView(account)
}
