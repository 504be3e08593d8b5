/** Opens what the environment names, for a command. Loaded late: it is most of the code. */

import type { AdminAuth } from './admin-auth.ts'

/** @throws TypeError naming every mistake in the environment at once. */
export async function openAuth(): Promise<AdminAuth> {
  const { createAuth } = await import('../auth.ts')
  return createAuth()
}

/** Changes nothing. @throws TypeError as `openAuth`. */
export async function pendingMigrations(): Promise<readonly string[]> {
  const { resolveOptions } = await import('../options/resolve-options.ts')
  const { pendingMigrations: pending } = await import('../open-stores.ts')
  return pending(resolveOptions({}, process.env))
}
