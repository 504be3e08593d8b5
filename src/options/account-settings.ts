/** The options of accounts, checked: which names they have, and what a registration answers. */

import { accountKey } from '../flows/identifiers.ts'
import { shown } from '../shapes/shown.ts'
import type { AuthOptions, NameRule } from './auth-options.ts'
import type { Checks } from './checks.ts'
import { defaultReservedNames } from './reserved-names.ts'

export interface AccountSettings {
  readonly username: NameRule
  readonly email: NameRule
  readonly reservedNames: readonly string[]
  readonly loginOnRegister: boolean
}

const nameRules = ['required', 'optional', 'off'] as const

export function resolveAccounts(
  { account = {}, loginOnRegister = false }: AuthOptions,
  { mistakes, oneOf, flag }: Checks,
): AccountSettings {
  const { username: usernameRule = 'optional', email: emailRule = 'optional' } = account
  const username = oneOf('account.username', usernameRule, nameRules)
  const email = oneOf('account.email', emailRule, nameRules)
  if (username === 'off' && email === 'off') {
    mistakes.push("account.username and account.email cannot both be 'off'")
  }
  const reservedNames = resolveReservedNames(account.reservedNames, mistakes)
  return {
    ...{ username, email, reservedNames },
    loginOnRegister: flag('loginOnRegister', loginOnRegister),
  }
}

function isUsername(name: unknown): boolean {
  const key = typeof name === 'string' ? accountKey({ username: name }) : undefined
  return key !== undefined && 'usernameKey' in key
}

function resolveReservedNames(given: unknown, mistakes: string[]): readonly string[] {
  if (given === undefined) return defaultReservedNames
  if (!Array.isArray(given)) {
    mistakes.push("account.reservedNames must be a list of usernames such as ['admin']")
    return []
  }
  for (const name of given) {
    if (!isUsername(name)) {
      mistakes.push(`account.reservedNames must hold usernames, got ${shown(name)}`)
    }
  }
  return given
}
