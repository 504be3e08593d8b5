/** The options of passwords, checked. */

import { type AuthOptions, defaults } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface PasswordSettings {
  readonly passwordMinLength: number
  readonly passwordMemoryKiB: number
  readonly passwordIterations: number
  readonly passwordConcurrency: number | undefined
}

export function resolvePasswords(
  { passwords = {} }: AuthOptions,
  { whole }: Checks,
): PasswordSettings {
  const { minLength = defaults.passwordMinLength, concurrency } = passwords
  const { memoryKiB: least, iterations: leastPasses } = passwordDefaults
  const { memoryKiB = least, iterations = leastPasses } = passwords
  return {
    passwordMinLength: whole('passwords.minLength', minLength, { least: 8, most: 256 }),
    passwordMemoryKiB: whole('passwords.memoryKiB', memoryKiB, { least, most: 4_194_304 }),
    passwordIterations: whole('passwords.iterations', iterations, {
      least: leastPasses,
      most: 100,
    }),
    passwordConcurrency:
      concurrency === undefined
        ? undefined
        : whole('passwords.concurrency', concurrency, { least: 1, most: 1024 }),
  }
}

const passwordDefaults = {
  memoryKiB: defaults.passwordMemoryKiB,
  iterations: defaults.passwordIterations,
}
