/** The options of accounts, checked: which names they have, and what a registration answers. */

import type { AuthOptions, NameRule } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface AccountSettings {
  readonly username: NameRule
  readonly email: NameRule
  readonly loginOnRegister: boolean
}

const nameRules = ['required', 'optional', 'off'] as const

export function resolveAccounts(
  { account = {}, loginOnRegister = false }: AuthOptions,
  { mistakes, oneOf }: Checks,
): AccountSettings {
  const username = oneOf('account.username', account.username ?? 'optional', nameRules)
  const email = oneOf('account.email', account.email ?? 'optional', nameRules)
  if (username === 'off' && email === 'off') {
    mistakes.push("account.username and account.email cannot both be 'off'")
  }
  return { username, email, loginOnRegister }
}
