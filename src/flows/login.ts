/** Log-in by password: one answer in one time for an unknown name and a wrong password. */

import { AuthError } from '../errors.ts'
import type { SessionDevice } from '../sessions/session.ts'
import type { Account } from '../stores/ports.ts'
import type { User } from '../wire.ts'
import { adoptLegacyUser } from './adopt-legacy-user.ts'
import type { FlowContext } from './context.ts'
import { endSession } from './end-session.ts'
import { accountKey } from './identifiers.ts'
import { prepareForVerification } from './password-policy.ts'
import { type StartedSession, startSession } from './start-session.ts'
import { strengthenHash } from './strengthen-hash.ts'
import { userView } from './user-view.ts'

export interface Login {
  readonly username?: string | undefined
  readonly email?: string | undefined
  readonly password: string
  /** Refresh cookies of earlier sessions in the same browser; those sessions end. */
  readonly earlierRefreshTokens?: readonly string[] | undefined
}

export interface LoggedIn {
  readonly user: User
  readonly session: StartedSession
}

/** @throws AuthError `invalid_credentials`, `temporarily_unavailable`. */
export async function login(
  context: FlowContext,
  input: Login,
  device: SessionDevice,
): Promise<LoggedIn> {
  const account = await verifyCredentials(context, input)
  // Before the new one, so that a full account loses no other session.
  for (const token of input.earlierRefreshTokens ?? []) await endEarlierSession(context, token)
  const session = await startSession(context, account, device)
  context.emit({
    type: 'login_succeeded',
    accountId: account.id,
    sessionId: session.sessionId,
  })
  return { user: userView(account), session }
}

async function verifyCredentials(context: FlowContext, input: Login): Promise<Account> {
  context.passwords.requirePlace()
  const outage = await adoptLegacyUser(context, input)
  const key = accountKey(input)
  const account = key && (await context.users.findByKey(key))
  const password = prepareForVerification(input.password)
  // Same work whether or not the account exists, so the time does not tell (ASVS 6.3.8).
  const hash = account?.passwordHash ?? context.passwords.decoyHash
  const matches = password !== undefined && (await context.passwords.verify(password, hash))
  if (!matches || account?.status !== 'active') {
    if (outage !== undefined) throw outage
    context.emit({ type: 'login_failed', ...(account && { accountId: account.id }) })
    throw new AuthError('invalid_credentials')
  }
  await strengthenHash(context, account, password)
  return account
}

// An owner who was shut out by a thief logs in again, and the thief is out.
async function endEarlierSession(context: FlowContext, token: string): Promise<void> {
  const earlier = context.refreshTokens.open(token)
  if (earlier === undefined) return
  const { accountId, sessionId } = earlier
  await endSession(context, { accountId, sessionId, reason: 'second_login' })
}
