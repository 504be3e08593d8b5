/** Finds an account by its id or by a name, as an administrator sees it. */

import type { Account } from '../stores/ports.ts'
import type { AccountView } from '../wire.ts'
import type { FlowContext } from './context.ts'
import { accountKey } from './identifiers.ts'
import { accountView } from './user-view.ts'

export async function getAccount(
  context: FlowContext,
  accountId: string,
): Promise<AccountView | undefined> {
  return viewOf(await context.users.findById(accountId))
}

/** Compared as a log-in compares: in any case, and with an `@` it is an e-mail address. */
export async function findAccount(
  context: FlowContext,
  usernameOrEmail: string,
): Promise<AccountView | undefined> {
  const key = accountKey({ username: usernameOrEmail })
  return key && viewOf(await context.users.findByKey(key))
}

const viewOf = (account: Account | undefined): AccountView | undefined =>
  account && accountView(account)
