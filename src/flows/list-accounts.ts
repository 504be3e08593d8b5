/** Lists accounts page by page, in the order of their ids, which is that of their making. */

import type { AccountView } from '../wire.ts'
import type { FlowContext } from './context.ts'
import { accountView } from './user-view.ts'

export interface AccountPage {
  /** The id of the last account of the page before. */
  readonly after?: string | undefined
  /** From 1 to 1000. @default 100 */
  readonly limit?: number | undefined
}

const defaultLimit = 100
const mostAccounts = 1000

/**
 * An empty page ends the list. Accounts made or deleted meanwhile neither repeat nor hide others.
 *
 * @throws TypeError for a limit out of range.
 */
export async function listAccounts(
  context: FlowContext,
  { after, limit = defaultLimit }: AccountPage = {},
): Promise<readonly AccountView[]> {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= mostAccounts)) {
    throw new TypeError(`limit must be a whole number from 1 to ${mostAccounts}, got '${limit}'`)
  }
  const page = { limit, ...(after !== undefined && { after }) }
  return (await context.users.list(page)).map(accountView)
}
