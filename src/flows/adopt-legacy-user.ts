/**
 * Makes an account of a user of the application's own store who gives the password that stands
 * there. The log-in then goes on with the account, as any other.
 */

import { AuthError } from '../errors.ts'
import { addExternalAccount } from './add-external-account.ts'
import type { FlowContext } from './context.ts'
import type { ExternalAccount } from './external-account.ts'
import { type GivenName, readIdentifier } from './identifiers.ts'
import { prepareForVerification } from './password-policy.ts'

/**
 * Adopts the user that a log-in names, if there is one who is no account yet and the password is
 * right. Of two log-ins at once one makes the account, and both go on.
 *
 * @returns why the store could not be asked; a log-in that then fails must not say that the name
 * or the password is wrong.
 */
export async function adoptLegacyUser(
  context: FlowContext,
  input: GivenName & { readonly password: string },
): Promise<AuthError | undefined> {
  const { legacyUsers, users, passwords } = context
  if (legacyUsers === undefined) return undefined
  const found = await legacyUsers.find(input).catch(expectedError)
  const user = found instanceof AuthError ? undefined : found
  // Whoever has asked for an account, or had it deleted, is judged by that alone.
  const known = await users.findExternal(user?.externalId ?? '')
  // Same work whether or not the user is there, so the time does not tell (ASVS 6.3.8).
  const hash = user?.passwordHash ?? legacyUsers.sampleHash() ?? passwords.decoyHash
  const forms = prepareForVerification(input.password)
  const [form] = forms ?? []
  const matches = forms !== undefined && (await passwords.verify(forms, hash))
  if (matches && form !== undefined && user !== undefined && known === undefined) {
    const passwordHash = await passwords.hash(form)
    await adopt(context, { ...user, passwordHash }, input)
  }
  return found instanceof AuthError ? found : undefined
}

/** The name that was given is kept; the other may have become somebody else's meanwhile. */
async function adopt(context: FlowContext, user: ExternalAccount, given: GivenName): Promise<void> {
  const added = await addExternalAccount(context, user)
  const other = readIdentifier(given)?.field === 'email' ? 'username' : 'email'
  if (added === `${other}_taken`) await addExternalAccount(context, { ...user, [other]: undefined })
}

function expectedError(error: unknown): AuthError {
  if (error instanceof AuthError) return error
  throw error
}
