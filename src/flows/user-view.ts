/** An account as its owner sees it: no hash, no epoch. */

import { toIsoTime } from '../clock.ts'
import type { Account } from '../stores/ports.ts'
import type { User } from '../wire.ts'

export const userView = (account: Account): User => ({
  id: account.id,
  username: account.username,
  email: account.email,
  emailVerified: account.emailVerified,
  name: account.name,
  roles: account.roles,
  createdAt: toIsoTime(account.createdAt),
})
