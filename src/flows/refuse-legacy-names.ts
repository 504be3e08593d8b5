/** Keeps the names that are taken in the application's own store from being taken here. */

import { AuthError } from '../errors.ts'
import type { FlowContext } from './context.ts'
import type { GivenName } from './identifiers.ts'

/**
 * Refuses a name that is taken in the application's own store, by a user who is no account yet. Of
 * those who are, or were, the names that they have here count.
 *
 * @throws AuthError `username_taken`, `email_taken`, `temporarily_unavailable`.
 */
export async function refuseLegacyNames(
  { legacyUsers, users }: Pick<FlowContext, 'legacyUsers' | 'users'>,
  names: GivenName,
): Promise<void> {
  if (legacyUsers === undefined) return
  for (const field of ['username', 'email'] as const) {
    if (names[field] === undefined) continue
    const owner = await legacyUsers.find({ [field]: names[field] })
    if (owner === undefined) continue
    const known = await users.findExternal(owner.externalId)
    if (known === undefined) throw new AuthError(`${field}_taken`)
  }
}
