/** Removes an account with all it had: asked for by its owner, or by an administrator. */

import { AuthError } from '../errors.ts'
import type { FlowContext } from './context.ts'
import { endAllSessions } from './end-session.ts'

/**
 * Deletes in one step, which kills every token, then tidies up the sessions.
 *
 * @throws AuthError `not_found`.
 */
export async function removeAccount(context: FlowContext, accountId: string): Promise<void> {
  const account = await context.users.findById(accountId)
  if (account === undefined) throw new AuthError('not_found')
  await context.users.delete(accountId)
  await endAllSessions(context, accountId, account.sessionEpoch + 1, 'account_deleted')
  context.emit({ type: 'account_deleted', accountId })
}
