/** An account's sessions: seen and ended by their owner (ASVS 7.5.2) or an administrator (7.4.5). */

import { toIsoTime, toleratedClockDifferenceMilliseconds } from '../clock.ts'
import { isUuid, uuidTime } from '../crypto/uuid.ts'
import { AuthError } from '../errors.ts'
import { type LiveSession, lastMovedAt } from '../sessions/session.ts'
import type { SessionView } from '../wire.ts'
import type { Caller, FlowContext } from './context.ts'
import { endSession, type SessionEnding } from './end-session.ts'

/** Live sessions, newest first. */
export async function listSessions(
  context: FlowContext,
  caller: Caller,
): Promise<readonly SessionView[]> {
  const account = await context.users.refreshAccount(caller.accountId)
  if (account === undefined) throw new AuthError('session_ended')
  const sessions = await context.sessions.list(caller.accountId, account.sessionEpoch)
  return sessions.map((session) => sessionView(session, caller.sessionId))
}

/**
 * Live sessions of any account, newest first; none for a disabled one.
 *
 * @throws AuthError `not_found`
 */
export async function listAccountSessions(
  context: FlowContext,
  accountId: string,
): Promise<readonly SessionView[]> {
  const account = await context.users.refreshAccount(accountId)
  if (account === undefined) throw new AuthError('not_found')
  const sessions = await context.sessions.list(accountId, account.sessionEpoch)
  return sessions.map((session) => sessionView(session, undefined))
}

/**
 * Remote log-out of one of the caller's own sessions; one that had ended is no error. One that the
 * session store has lost ends as well, before it can come back.
 *
 * @throws AuthError `not_found` for anything that is not a session of the caller.
 */
export async function endOwnSession(
  context: FlowContext,
  caller: Caller,
  sessionId: string,
): Promise<void> {
  const { accountId } = caller
  if (sessionId === caller.sessionId) {
    await endSession(context, { accountId, sessionId, reason: 'logout' })
    return
  }
  await endFoundSession(context, { accountId, sessionId, reason: 'remote_logout' })
}

/**
 * Ends one session of any account; one that had ended is no error, nor is one that its store has lost.
 *
 * @throws AuthError `not_found` for anything that is not a session of the account.
 */
export async function endAccountSession(
  context: FlowContext,
  accountId: string,
  sessionId: string,
): Promise<void> {
  await endFoundSession(context, { accountId, sessionId, reason: 'remote_logout' })
}

async function endFoundSession(context: FlowContext, ending: SessionEnding): Promise<void> {
  const { accountId, sessionId } = ending
  if (!isUuid(sessionId)) throw new AuthError('not_found')
  const session = await context.sessions.find(sessionId)
  const isOwn =
    session === undefined ? mayComeBack(context, ending) : session.accountId === accountId
  if (!isOwn) throw new AuthError('not_found')
  await endSession(context, ending)
}

/**
 * A session that its store has lost comes back with its next refresh, unless it is on the ended list.
 * Whose it is shows in its id, so nobody can put a session of somebody else there.
 */
function mayComeBack(context: FlowContext, { accountId, sessionId }: SessionEnding): boolean {
  const age = context.now() - uuidTime(sessionId)
  const isYoung =
    age < context.refreshPolicy.absoluteLifetime + toleratedClockDifferenceMilliseconds
  return isYoung && context.sessionIds.isOf(sessionId, accountId)
}

function sessionView(session: LiveSession, currentId: string | undefined): SessionView {
  const createdAt = uuidTime(session.id)
  return {
    id: session.id,
    current: session.id === currentId,
    createdAt: toIsoTime(createdAt),
    lastUsedAt: toIsoTime(lastMovedAt(session, createdAt)),
    userAgent: session.userAgent,
    address: session.address,
  }
}
