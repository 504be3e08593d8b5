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

/** The account that came from the application's own store under this id; one that is gone is none. */
export async function findExternalAccount(
  context: FlowContext,
  externalId: string,
): Promise<AccountView | undefined> {
  const found = await context.users.findExternal(externalId)
  return typeof found === 'object' ? accountView(found) : undefined
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
