/**
 * Known devices: those on which an account has logged in and that kept the token of that log-in.
 *
 * Ending every session (log-out everywhere, a new password, disabling) makes strangers of them all.
 */

import type { Account } from '../stores/ports.ts'
import type { FlowContext } from './context.ts'

/** Compared for accounts that there are not, so that the time is the same. */
const nobody = { accountId: '00000000-0000-7000-8000-000000000000', epoch: 0 }

/** @returns the id of the device, if one of the tokens is of this account. */
export function knownDevice(
  context: FlowContext,
  account: Account | undefined,
  tokens: readonly string[],
): string | undefined {
  const owner = account && { accountId: account.id, epoch: account.sessionEpoch }
  const now = context.now()
  const ids = tokens.map((token) => context.deviceTokens.open(token, owner ?? nobody, now))
  return owner && ids.find((id) => id !== undefined)
}

/** @param deviceId of the device if it was known. */
export function issueDeviceToken(
  context: FlowContext,
  { id, sessionEpoch }: Pick<Account, 'id' | 'sessionEpoch'>,
  deviceId?: string,
): string {
  const owner = { accountId: id, epoch: sessionEpoch }
  return context.deviceTokens.issue(owner, context.now(), deviceId)
}
