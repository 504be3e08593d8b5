/** Disables an account: nothing it holds is good any more, and it cannot log in (ASVS 7.4.2). */

import { AuthError } from '../errors.ts'
import type { AccountView } from '../wire.ts'
import type { FlowContext } from './context.ts'
import { endAllSessions } from './end-session.ts'
import { accountView } from './user-view.ts'

/**
 * Disables an account and ends all its sessions.
 *
 * Safe to repeat: a second call changes nothing, and completes a first one that was cut short.
 *
 * @throws AuthError `not_found`.
 */
export async function disableAccount(
  context: FlowContext,
  accountId: string,
): Promise<AccountView> {
  const change = await context.users.setStatus(accountId, 'disabled')
  if (change === 'not_found') throw new AuthError('not_found')
  const { account, previous } = change
  context.accountChanges.note(accountId, account.updatedAt, context.now())
  await endAllSessions(context, accountId, account.sessionEpoch, 'account_disabled')
  if (previous !== 'disabled') context.emit({ type: 'account_disabled', accountId })
  return accountView(account)
}
