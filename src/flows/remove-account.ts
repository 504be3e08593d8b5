/** Removes an account with all it had: asked for by its owner, or by an administrator. */

import { AuthError } from '../errors.ts'
import type { FlowContext } from './context.ts'
import { endAllSessions } from './end-session.ts'

/**
 * Ends every session, then deletes. Safe to repeat after a failure.
 *
 * @throws AuthError `not_found`.
 */
export async function removeAccount(context: FlowContext, accountId: string): Promise<void> {
  // The epoch first: a crash between the two steps leaves an account without any live token.
  const epoch = await context.users.raiseEpoch(accountId)
  if (epoch === 'not_found') throw new AuthError('not_found')
  await endAllSessions(context, accountId, epoch, 'account_deleted')
  await context.users.delete(accountId)
  context.emit({ type: 'account_deleted', accountId })
}
