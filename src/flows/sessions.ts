/** An account's sessions: seen and ended by their owner (ASVS 7.5.2). */

import { toIsoTime } from '../clock.ts'
import { isUuid, uuidTime } from '../crypto/uuid.ts'
import { AuthError } from '../errors.ts'
import { lastMovedAt } from '../sessions/session.ts'
import type { SessionView } from '../wire.ts'
import type { Caller, FlowContext } from './context.ts'
import { endSession } from './end-session.ts'

/** Live sessions, newest first. */
export async function listSessions(
  context: FlowContext,
  caller: Caller,
): Promise<readonly SessionView[]> {
  const account = await context.users.refreshAccount(caller.accountId)
  if (account === undefined) throw new AuthError('session_ended')
  const sessions = await context.sessions.list(caller.accountId, account.sessionEpoch)
  return sessions.map((session) => {
    const createdAt = uuidTime(session.id)
    return {
      id: session.id,
      current: session.id === caller.sessionId,
      createdAt: toIsoTime(createdAt),
      lastUsedAt: toIsoTime(lastMovedAt(session, createdAt)),
      userAgent: session.userAgent,
      address: session.address,
    }
  })
}

/**
 * Remote log-out of one of the caller's own sessions; one that had ended is no error.
 *
 * @throws AuthError `not_found` for anything that is not a session of the caller.
 */
export async function endOwnSession(
  context: FlowContext,
  caller: Caller,
  sessionId: string,
): Promise<void> {
  const session = isUuid(sessionId) ? await context.sessions.find(sessionId) : undefined
  if (session?.accountId !== caller.accountId) throw new AuthError('not_found')
  const reason = sessionId === caller.sessionId ? 'logout' : 'remote_logout'
  await endSession(context, { accountId: caller.accountId, sessionId, reason })
}
