/**
 * Refresh: exchanges a refresh token for a new pair (fork-and-commit, RFC 9700 §4.14).
 *
 * One atomic step in the session store and one read of the account database, asked in parallel.
 */

import { AuthError } from '../errors.ts'
import type { RefreshOutcome } from '../sessions/decide-refresh.ts'
import type { RefreshStanding, RefreshStep } from '../stores/ports.ts'
import type { GenuineRefreshToken } from '../tokens/refresh-token.ts'
import type { JsonObject } from '../tokens/strict-json.ts'
import type { FlowContext, IssuedTokens } from './context.ts'
import { issueSuccessor } from './issue-tokens.ts'

export interface RefreshOptions {
  /** False for the guard, which renews many parallel pages at once. @default true */
  readonly limitForks?: boolean
}

/**
 * Exchanges a refresh token for a new pair.
 *
 * Safe to retry and to run in parallel: until one of the successors is used, the same token can be
 * presented again. A failure of a store consumes nothing.
 *
 * @throws AuthError `refresh_token_invalid`, `refresh_token_expired`, `session_ended`,
 * `refresh_token_superseded` (nothing ended), `refresh_token_replayed` and
 * `refresh_token_not_adopted` (the session ended), `too_many_requests`, `temporarily_unavailable`
 * (also when the claims hook fails).
 */
export async function refresh(
  context: FlowContext,
  presentedToken: string,
  { limitForks = true }: RefreshOptions = {},
): Promise<IssuedTokens> {
  const presented = context.refreshTokens.open(presentedToken)
  if (presented === undefined) throw new AuthError('refresh_token_invalid')

  const { accountId, sessionId, epoch } = presented
  const rightsReadAt = context.now()
  // Strict rotation uses the token up in its step, so what may fail comes before it.
  const isStrict = context.refreshPolicy.rotation === 'strict'
  const early = isStrict ? await applicationClaims(context, accountId) : undefined
  const [step, account] = await Promise.all([
    context.sessions
      .refresh(presented.sessionId, presented, context.refreshPolicy)
      .then((taken) => noteEnding(context, presented, taken)),
    context.users.refreshAccount(presented.accountId, presented.sessionId),
  ])
  const { outcome } = step.decision
  if (outcome === 'expired') throw new AuthError('refresh_token_expired')
  if (!isOpen(account, presented, step)) {
    if (hadLost(step) || isListedAndLive(account, step)) await takeBack(context, presented)
    throw new AuthError('session_ended')
  }
  if (outcome in refusals) throw new AuthError(refusals[outcome as keyof typeof refusals])

  if (outcome === 'forked') {
    noteFork(context, presented, step)
    if (limitForks) context.refreshLimit.countFork(presented.sessionId, context.now())
  }
  if (hadLost(step)) await checkAgain(context, presented)
  if (outcome === 'recovered') context.emit({ type: 'session_recovered', accountId, sessionId })
  if (outcome === 'restored') context.emit({ type: 'session_restored', accountId, sessionId })
  const amr = step.session?.status === 'live' ? step.session.amr : ['pwd']
  const { roles, scopes } = account
  const claims = early ?? (await applicationClaims(context, accountId))
  const grant = { accountId, sessionId, epoch, amr, roles, scopes, rightsReadAt, claims }
  return issueSuccessor(context, grant, presented, step.now)
}

/** Reads the whole account only where there is a hook to show it to. */
async function applicationClaims(
  context: FlowContext,
  accountId: string,
): Promise<JsonObject | undefined> {
  if (!context.applicationClaims.wanted) return undefined
  const account = await context.users.findById(accountId)
  if (account?.status !== 'active') throw new AuthError('session_ended')
  return context.applicationClaims.of(account)
}

const refusals = {
  ended: 'session_ended',
  superseded: 'refresh_token_superseded',
  replayed: 'refresh_token_replayed',
  not_adopted: 'refresh_token_not_adopted',
} as const satisfies Partial<Record<RefreshOutcome, string>>

function isOpen(
  account: RefreshStanding | undefined,
  presented: GenuineRefreshToken,
  step?: RefreshStep,
): account is RefreshStanding {
  if (account?.status !== 'active') return false
  // A step that ends the session also lists it, and the read beside it may come after that.
  if (account.sessionEnded && !(step && endsSession(step))) return false
  return presented.epoch >= account.sessionEpoch
}

const endsSession = ({ decision: { outcome } }: RefreshStep): boolean =>
  outcome === 'replayed' || outcome === 'not_adopted'

const hadLost = ({ decision: { outcome } }: RefreshStep): boolean =>
  outcome === 'restored' || outcome === 'recovered'

/**
 * The accounts were read beside the step: a log-out may have come between the two, and its tombstone
 * be among what the session store has lost.
 */
async function checkAgain(context: FlowContext, presented: GenuineRefreshToken): Promise<void> {
  const present = await context.users.refreshAccount(presented.accountId, presented.sessionId)
  if (isOpen(present, presented)) return
  await takeBack(context, presented)
  throw new AuthError('session_ended')
}

/** The session store went back to a time before the tombstone; its list still shows the session. */
const isListedAndLive = (account: RefreshStanding | undefined, { session }: RefreshStep): boolean =>
  account?.sessionEnded === true && session?.status === 'live'

/** A session that a loss or this step brought back, and that may not live, is ended again. */
async function takeBack(
  context: FlowContext,
  { accountId, sessionId }: GenuineRefreshToken,
): Promise<void> {
  await context.sessions.end(sessionId, accountId, 'logout')
}

/** Told as soon as it is done: the read beside it may fail. */
function noteEnding(
  context: FlowContext,
  { accountId, sessionId }: GenuineRefreshToken,
  step: RefreshStep,
): RefreshStep {
  const { outcome } = step.decision
  if (outcome !== 'replayed' && outcome !== 'not_adopted') return step
  context.revocations.endSession(sessionId, context.now())
  const reason = `refresh_token_${outcome}` as const
  context.emit({ type: 'session_ended', accountId, sessionId, reason })
  return step
}

function noteFork(context: FlowContext, presented: GenuineRefreshToken, step: RefreshStep): void {
  if (step.decision.outcome !== 'forked' || !step.decision.warn) return
  context.emit({
    type: 'refresh_token_not_adopted',
    accountId: presented.accountId,
    sessionId: presented.sessionId,
    advice:
      'This client presents the same refresh token again and again. Store the refreshToken of every ' +
      'refresh answer in place of the old one (with cookies: let Set-Cookie pass); otherwise the ' +
      'session ends after a few hours.',
  })
}
