/** Makes an account of a user of the application's own store: at log-in, or by an import. */

import { uuidV7 } from '../crypto/uuid.ts'
import type { Account } from '../stores/ports.ts'
import type { FlowContext } from './context.ts'
import type { ExternalAccount } from './external-account.ts'

/** Adds the account; of several at once with one external id, one is made. */
export async function addExternalAccount(
  context: FlowContext,
  { username, email, ...account }: ExternalAccount,
): Promise<Account | 'external_id_taken' | 'username_taken' | 'email_taken'> {
  const added = await context.users.create({
    ...account,
    id: uuidV7(context.now()),
    username: username?.shown ?? null,
    usernameKey: username?.key ?? null,
    email: email?.shown ?? null,
    emailKey: email?.key ?? null,
  })
  if (typeof added === 'object') context.emit({ type: 'account_imported', accountId: added.id })
  return added
}
