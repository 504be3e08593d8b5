/** An account as its owner and as an administrator see it: no hash, no epoch. */

import { toIsoTime } from '../clock.ts'
import type { Account } from '../stores/ports.ts'
import type { AccountView, User } from '../wire.ts'

export const userView = (account: Account): User => ({
  id: account.id,
  externalId: account.externalId,
  username: account.username,
  email: account.email,
  emailVerified: account.emailVerified,
  name: account.name,
  roles: account.roles,
  createdAt: toIsoTime(account.createdAt),
})

export const accountView = (account: Account): AccountView => ({
  ...userView(account),
  status: account.status,
  scopes: account.scopes,
})
