/**
 * Starts a session: the last step of a log-in, of a registration that logs in, and of a password
 * change. Always a new session id (ASVS 7.2.4).
 */

import { AuthError } from '../errors.ts'
import type { SessionDevice } from '../sessions/session.ts'
import type { Account, NewSession } from '../stores/ports.ts'
import { noParent } from '../tokens/refresh-token.ts'
import type { JsonObject } from '../tokens/strict-json.ts'
import type { FlowContext, IssuedTokens } from './context.ts'
import { endSession } from './end-session.ts'
import { issuePair } from './issue-tokens.ts'

export interface StartedSession extends IssuedTokens {
  readonly sessionId: string
}

/**
 * Asks the claims hook first, so that a failing one leaves no session behind.
 *
 * @param claims of the application, where the hook was asked already.
 * @throws AuthError `session_ended` when the account was ended while this ran;
 * `temporarily_unavailable` when the claims hook fails.
 */
export async function startSession(
  context: FlowContext,
  account: Account,
  device: SessionDevice,
  claims?: JsonObject,
): Promise<StartedSession> {
  const ownClaims = claims ?? (await context.applicationClaims.of(account))
  const now = await context.sessions.now()
  const accountId = account.id
  const sessionId = context.sessionIds.create(accountId, now)
  const epoch = account.sessionEpoch
  const first = context.refreshTokens.issue({
    accountId,
    sessionId,
    generation: 1,
    issuedAt: now,
    epoch,
    parent: noParent,
  })
  const amr = ['pwd']
  const session = {
    id: sessionId,
    accountId,
    epoch,
    amr,
    userAgent: device.userAgent?.slice(0, 256) ?? null,
    address: device.address,
    generation: 1,
    hash: first.hash,
    recentCommits: [],
    forks: 0,
    forkedAt: 0,
  }
  // A password change or disabling may have run since the password was checked. One that runs from
  // now on raises the epoch above the one in these tokens, whether or not it finds the session.
  const [, present] = await Promise.all([
    addSession(context, session),
    context.users.refreshAccount(accountId, sessionId),
  ])
  if (present?.status !== 'active' || present.sessionEpoch > epoch) {
    await endSession(context, { accountId, sessionId, reason: 'logout_all' })
    throw new AuthError('session_ended')
  }
  const { roles, scopes } = present
  const issued = { rightsReadAt: now, claims: ownClaims }
  const grant = { accountId, sessionId, epoch, amr, roles, scopes, ...issued }
  return { sessionId, ...(await issuePair(context, grant, first.token, now)) }
}

async function addSession(context: FlowContext, session: NewSession): Promise<void> {
  const { accountId } = session
  const ended = await context.sessions.create(session, context.policy.sessionLimit)
  for (const sessionId of ended) {
    context.revocations.endSession(sessionId, context.now())
    context.emit({ type: 'session_ended', accountId, sessionId, reason: 'session_limit' })
  }
}
