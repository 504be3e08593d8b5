/** Log-out of one session or of all. Done on the server before it is answered (ASVS 7.4.1). */

import { AuthError } from '../errors.ts'
import type { Caller, FlowContext } from './context.ts'
import { endAllSessions, endSession } from './end-session.ts'

export interface Logout {
  readonly caller?: Caller | undefined
  readonly refreshToken?: string | undefined
}

/**
 * Ends the sessions that the credentials prove; one that had ended already is no error.
 *
 * @throws AuthError `refresh_token_invalid` when nothing is proven but a refresh token that is not
 * ours.
 */
export async function logout(context: FlowContext, input: Logout): Promise<void> {
  const named = new Map<string, string>()
  const { caller, refreshToken } = input
  if (caller !== undefined) named.set(caller.sessionId, caller.accountId)
  const token = refreshToken === undefined ? undefined : context.refreshTokens.open(refreshToken)
  if (token !== undefined) named.set(token.sessionId, token.accountId)
  for (const [sessionId, accountId] of named) {
    await endSession(context, { accountId, sessionId, reason: 'logout' })
  }
  if (named.size === 0 && refreshToken !== undefined) throw new AuthError('refresh_token_invalid')
}

/** Ends every session of the account by raising its epoch. */
export async function logoutAll(context: FlowContext, caller: Caller): Promise<void> {
  const epoch = await context.users.raiseEpoch(caller.accountId)
  if (epoch === 'not_found') return
  await endAllSessions(context, caller.accountId, epoch, 'logout_all')
}

/**
 * Finishes a log-out everywhere that ran after a token of `epoch` was issued, and whose answer was
 * lost or that broke off before the sessions had ended.
 *
 * @returns whether there was one; true also when the account is gone.
 */
export async function repeatLogoutAll(
  context: FlowContext,
  accountId: string,
  epoch: number,
): Promise<boolean> {
  const account = await context.users.refreshAccount(accountId)
  if (account === undefined) return true
  if (account.sessionEpoch <= epoch) return false
  await endAllSessions(context, accountId, account.sessionEpoch, 'logout_all')
  return true
}
