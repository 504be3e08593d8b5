/** Enables an account that was disabled. Its older tokens stay dead, because its epoch stays. */

import { AuthError } from '../errors.ts'
import type { AccountView } from '../wire.ts'
import type { FlowContext } from './context.ts'
import { accountView } from './user-view.ts'

/**
 * Lets an account log in again. An account that is active stays as it is.
 *
 * @throws AuthError `not_found`.
 */
export async function enableAccount(context: FlowContext, accountId: string): Promise<AccountView> {
  const change = await context.users.setStatus(accountId, 'active')
  if (change === 'not_found') throw new AuthError('not_found')
  const { account, previous } = change
  context.accountChanges.note(accountId, account.updatedAt, context.now())
  if (previous !== 'active') context.emit({ type: 'account_enabled', accountId })
  return accountView(account)
}
