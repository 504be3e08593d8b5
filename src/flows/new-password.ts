/** The way of a password that is about to be set: prepared, checked by every rule, hashed. */

import type { FlowContext } from './context.ts'
import {
  checkNewPassword,
  type PasswordField,
  preparePassword,
  refuseBreached,
} from './password-policy.ts'

export interface NewPassword {
  readonly password: string
  /** The field of the request that held it. */
  readonly field: PasswordField
  /** Names of its owner; null and undefined ones are passed over. */
  readonly names: readonly (string | null | undefined)[]
  /** Run once the password is well formed, before it costs a hash or a call; throws to refuse it. */
  readonly beforeHashing?: () => Promise<void>
}

/** @throws AuthError `password_refused` — with the reason; `temporarily_unavailable`. */
export async function hashPasswordOf(
  context: FlowContext,
  { password, field, names, beforeHashing }: NewPassword,
): Promise<string> {
  const prepared = preparePassword(password, field)
  await checkNewPassword(prepared, {
    field,
    minLength: context.policy.passwordMinLength,
    names: names.filter((name) => typeof name === 'string'),
    contextWords: context.policy.passwordContextWords,
  })
  await beforeHashing?.()
  await refuseBreached(prepared, context.isBreachedPassword, field)
  return context.passwords.hash(prepared)
}
