/** Log-in is the one moment at which the password is known: an old or foreign hash is replaced then. */

import type { PasswordForms } from '../crypto/password-hashing.ts'
import { AuthError } from '../errors.ts'
import type { Account } from '../stores/ports.ts'
import type { FlowContext } from './context.ts'

/**
 * Replaces the hash of a password that has just been verified, if it is not what is made now.
 *
 * Of two at once, and beside a password change, the store takes the first. When too many hashes wait
 * or the store cannot write, nothing happens: the next log-in tries again.
 *
 * @param forms as `prepareForVerification` returned them; the first is the one that is hashed.
 */
export async function strengthenHash(
  context: FlowContext,
  account: Pick<Account, 'id' | 'passwordHash'>,
  forms: PasswordForms,
): Promise<void> {
  if (!context.passwords.needsRehash(account.passwordHash)) return
  const [password] = [forms].flat()
  if (password === undefined) return
  try {
    const stronger = await context.passwords.hash(password)
    await context.users.rehashPassword(account.id, account.passwordHash, stronger)
  } catch (error) {
    if (error instanceof AuthError && error.code === 'temporarily_unavailable') return
    throw error
  }
}
