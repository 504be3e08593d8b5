/** Registration: makes an account. Which of the two names it needs is an option. */

import type { SessionDevice } from '../sessions/session.ts'
import type { User } from '../wire.ts'
import type { FlowContext } from './context.ts'
import { createAccount } from './create-account.ts'
import { prepareUsername } from './identifiers.ts'
import { issueDeviceToken } from './known-device.ts'
import { refuseReservedName } from './new-names.ts'
import { type StartedSession, startSession } from './start-session.ts'
import { userView } from './user-view.ts'

export interface Registration {
  readonly username?: string | undefined
  readonly email?: string | undefined
  readonly name?: string | undefined
  readonly password: string
}

export interface Registered {
  readonly user: User
  /** Present with `loginOnRegister`. */
  readonly session?: StartedSession
  /** Beside the session: makes the device a known one, as after a log-in. */
  readonly deviceToken?: string
}

/**
 * Makes an account; of several at once that want one name, one gets it.
 *
 * When the log-in after it fails (`loginOnRegister`), the account is there, and logs in.
 *
 * @throws AuthError `invalid_request`, `password_refused`, `username_taken`, `email_taken`,
 * `too_many_requests`, `temporarily_unavailable`.
 */
export async function register(
  context: FlowContext,
  input: Registration,
  device: SessionDevice,
): Promise<Registered> {
  // Named one by one: whoever registers gives themselves no rights.
  const { username, email, name, password } = input
  if (username !== undefined) {
    refuseReservedName(prepareUsername(username), context.policy.reservedNames)
  }
  const creation = { username, email, name, password }
  const account = await context.passwords.withPlace((passwords) =>
    createAccount({ ...context, passwords }, creation, (names) =>
      context.registerLimit.count(names, device.address),
    ),
  )
  const user = userView(account)
  if (!context.policy.loginOnRegister) return { user }
  const session = await startSession(context, account, device)
  return { user, session, deviceToken: issueDeviceToken(context, account) }
}
