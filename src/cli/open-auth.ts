/** Opens the `Auth` of the environment for a command. Loaded late: it is most of the code. */

import type { AdminAuth } from './admin-auth.ts'

/** @throws TypeError naming every mistake in the environment at once. */
export async function openAuth(): Promise<AdminAuth> {
  const { createAuth } = await import('../auth.ts')
  return createAuth()
}
