/** Accounts as people name them, and as they are printed. */

import type { AccountView, AdminAuth } from './admin-auth.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { printable } from './printable.ts'
import { formatRecord, shortTime } from './table.ts'

/** Finds an account by id, username or e-mail address. @throws CommandError not found. */
export async function findAccount({ users }: AdminAuth, named: string): Promise<AccountView> {
  const found = (await users.get(named)) ?? (await users.find(named))
  if (found !== undefined) return found
  throw new CommandError(`There is no account '${printable(named)}'.`, exitCodes.notFound)
}

/** What a person calls the account. */
export const labelOf = ({ id, username, email }: AccountView): string =>
  printable(username ?? email ?? id)

/** The fields that `--json` promises, and no other. */
export const accountJson = (account: AccountView) => ({
  id: account.id,
  externalId: account.externalId,
  username: account.username,
  email: account.email,
  emailVerified: account.emailVerified,
  name: account.name,
  roles: account.roles,
  scopes: account.scopes,
  status: account.status,
  createdAt: account.createdAt,
})

export function accountRecord(account: AccountView): string {
  const { email, emailVerified, roles, scopes } = account
  const verified = emailVerified ? 'verified' : 'not verified'
  return formatRecord([
    ['Id', account.id],
    ...(account.externalId === null ? [] : [['External id', account.externalId] as const]),
    ['Username', account.username ?? '-'],
    ['E-mail', email === null ? '-' : `${email} (${verified})`],
    ['Name', account.name ?? '-'],
    ['Roles', roles.join(', ') || '-'],
    ['Scopes', scopes.join(', ') || '-'],
    ['Status', account.status],
    ['Created', shortTime(account.createdAt)],
  ])
}
