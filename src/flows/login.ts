/**
 * Log-in by password: one answer in one time for an unknown name and a wrong password, for a disabled
 * and for a locked account. `login-throttle.ts` counts the failures.
 */

import type { PasswordForms } from '../crypto/password-hashing.ts'
import { AuthError } from '../errors.ts'
import type { SessionDevice } from '../sessions/session.ts'
import type { Account } from '../stores/ports.ts'
import type { User } from '../wire.ts'
import { adoptLegacyUser } from './adopt-legacy-user.ts'
import type { FlowContext } from './context.ts'
import { nameText } from './counter-keys.ts'
import { endSession } from './end-session.ts'
import { accountKey } from './identifiers.ts'
import { issueDeviceToken, knownDevice } from './known-device.ts'
import type { Verdict } from './login-throttle.ts'
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
  /** Device tokens of earlier log-ins; one of this account makes the device a known one. */
  readonly deviceTokens?: readonly string[] | undefined
}

export interface LoggedIn {
  readonly user: User
  readonly session: StartedSession
  /** Shown at the next log-in it keeps failures of strangers from this device; for 400 days. */
  readonly deviceToken: string
}

/** @throws AuthError `invalid_credentials`, `too_many_requests`, `temporarily_unavailable`. */
export async function login(
  context: FlowContext,
  input: Login,
  device: SessionDevice,
): Promise<LoggedIn> {
  const verified = await context.passwords.withPlace((passwords) =>
    verifyCredentials({ ...context, passwords }, input, device),
  )
  // Beside what follows; the password was right, whether or not a session can be made.
  return openSession(context, input, device, verified).finally(() => verified.settled)
}

async function openSession(
  context: FlowContext,
  input: Login,
  device: SessionDevice,
  { account, deviceId, password }: Verified,
): Promise<LoggedIn> {
  await strengthenHash(context, account, password)
  // Asked before anything ends: a hook that fails must log nobody out.
  const claims = await context.applicationClaims.of(account)
  // Before the new one, so that a full account loses no other session.
  for (const token of input.earlierRefreshTokens ?? []) await endEarlierSession(context, token)
  const session = await startSession(context, account, device, claims)
  context.emit({
    type: 'login_succeeded',
    accountId: account.id,
    sessionId: session.sessionId,
  })
  const deviceToken = issueDeviceToken(context, account, deviceId)
  return { user: userView(account), session, deviceToken }
}

interface Verified extends Pick<Verdict, 'settled'> {
  readonly account: Account
  readonly deviceId: string | undefined
  readonly password: PasswordForms
}

async function verifyCredentials(
  context: FlowContext,
  input: Login,
  device: SessionDevice,
): Promise<Verified> {
  const key = accountKey(input)
  const find = async () => key && (await context.users.findByKey(key))
  let account = await find()
  let outage: AuthError | undefined
  const deviceId = knownDevice(context, account, input.deviceTokens ?? [])
  const password = prepareForVerification(input.password)
  const name = nameText(key, input.username ?? input.email)
  const attempt = { name, accountId: account?.id, deviceId, address: device.address }
  const { isRight, settled } = await context.loginThrottle.login(attempt, async () => {
    if (context.legacyUsers !== undefined) {
      outage = await adoptLegacyUser(context, input)
      account = await find()
    }
    // Same work whether or not the account exists, so the time does not tell (ASVS 6.3.8).
    const hash = account?.passwordHash ?? context.passwords.decoyHash
    const matches = password !== undefined && (await context.passwords.verify(password, hash))
    return matches && account?.status === 'active'
  })
  if (!isRight || account === undefined || password === undefined) {
    if (outage !== undefined) throw outage
    context.emit({ type: 'login_failed', ...(account && { accountId: account.id }) })
    throw new AuthError('invalid_credentials')
  }
  return { account, deviceId, password, settled }
}

// An owner who was shut out by a thief logs in again, and the thief is out.
async function endEarlierSession(context: FlowContext, token: string): Promise<void> {
  const earlier = context.refreshTokens.open(token)
  if (earlier === undefined) return
  const { accountId, sessionId } = earlier
  await endSession(context, { accountId, sessionId, reason: 'second_login' })
}
