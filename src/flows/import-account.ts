/** Imports a user of the application's own store, with the password hash that it has there. */

import { AuthError } from '../errors.ts'
import type { AccountView } from '../wire.ts'
import { addExternalAccount } from './add-external-account.ts'
import type { FlowContext } from './context.ts'
import { checkExternalUser, type ExternalUser } from './external-account.ts'
import { accountView } from './user-view.ts'

export type Imported =
  | { readonly outcome: 'created' | 'exists'; readonly account: AccountView }
  /** The account was here and was deleted; it stays so. */
  | { readonly outcome: 'deleted' }

/**
 * Makes an account unless one has, or had, the external id; an account that is there is left as it
 * is. At the next log-in the password is hashed anew.
 *
 * @throws AuthError `invalid_request`, `username_taken`, `email_taken`.
 */
export async function importAccount(context: FlowContext, user: ExternalUser): Promise<Imported> {
  const checked = checkExternalUser(user)
  const added = await addExternalAccount(context, checked)
  if (typeof added === 'object') return { outcome: 'created', account: accountView(added) }
  if (added !== 'external_id_taken') throw new AuthError(added)
  const present = await context.users.findExternal(checked.externalId)
  if (typeof present !== 'object') return { outcome: 'deleted' }
  return { outcome: 'exists', account: accountView(present) }
}
