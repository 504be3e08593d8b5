/** Gives an account other roles or scopes. Nobody is logged out: the guard overlays older tokens. */

import { AuthError } from '../errors.ts'
import type { AccountView } from '../wire.ts'
import type { FlowContext } from './context.ts'
import { checkRights, type Rights } from './rights.ts'
import { accountView } from './user-view.ts'

/**
 * Replaces the lists that are given; of two calls at once the later one holds, a list each.
 *
 * @throws AuthError `not_found`, `invalid_request`.
 */
export async function setRights(
  context: FlowContext,
  accountId: string,
  rights: Rights,
): Promise<AccountView> {
  const account = await context.users.setRights(accountId, checkRights(rights))
  if (account === 'not_found') throw new AuthError('not_found')
  context.accountChanges.note(accountId, account.updatedAt, context.now())
  context.emit({ type: 'account_changed', accountId })
  return accountView(account)
}
