/** Ends one session: durable in the store first, then in this process's guard, then told. */

import type { SessionEndReason } from '../events.ts'
import type { FlowContext } from './context.ts'

export interface SessionEnding {
  readonly accountId: string
  readonly sessionId: string
  readonly reason: SessionEndReason
}

/**
 * Does nothing when the session had ended. One that is missing is put on the ended list where
 * sessions have a store of their own, so the caller must know whose it is.
 */
export async function endSession(context: FlowContext, ending: SessionEnding): Promise<void> {
  const endedNow = await context.sessions.end(ending.sessionId, ending.accountId, ending.reason)
  context.revocations.endSession(ending.sessionId, context.now())
  if (endedNow) context.emit({ type: 'session_ended', ...ending })
}

/** Ends all that an account has, after its epoch was raised to `epoch`. */
export async function endAllSessions(
  context: FlowContext,
  accountId: string,
  epoch: number,
  reason: SessionEndReason,
): Promise<void> {
  // The store first: when it fails, the caller can still ask again with the same access token.
  await context.sessions.endAll(accountId, epoch, reason)
  context.revocations.endAccount(accountId, epoch, context.now())
  context.emit({ type: 'sessions_ended', accountId, reason })
}
