/** Issues a pair of tokens for a session that may go on. Shared by log-in and refresh. */

import { uuidTime } from '../crypto/uuid.ts'
import type { GenuineRefreshToken } from '../tokens/refresh-token.ts'
import type { FlowContext, IssuedTokens } from './context.ts'

export interface SessionGrant {
  readonly accountId: string
  readonly sessionId: string
  readonly epoch: number
  readonly amr: readonly string[]
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /**
   * A time not after roles and scopes were read. The access token is issued no later, or a change
   * between the two would pass for older than the token, and its rights for present ones.
   */
  readonly rightsReadAt: number
  /** The application's own claims. */
  readonly claims: Readonly<Record<string, unknown>> | undefined
}

/** A successor of the token that was presented, and an access token of the same session. */
export function issueSuccessor(
  context: FlowContext,
  grant: SessionGrant,
  presented: GenuineRefreshToken,
  now: number,
): Promise<IssuedTokens> {
  const successor = context.refreshTokens.issue({
    accountId: grant.accountId,
    sessionId: grant.sessionId,
    generation: presented.generation + 1,
    issuedAt: now,
    epoch: grant.epoch,
    parent: presented.hash,
  })
  return issuePair(context, grant, successor.token, now)
}

/** An access token beside a refresh token that was made already. */
export async function issuePair(
  context: FlowContext,
  grant: SessionGrant,
  refreshToken: string,
  now: number,
): Promise<IssuedTokens> {
  const bornAt = uuidTime(grant.sessionId)
  const { accessLifetime, inactivityTimeout, absoluteLifetime } = context.refreshPolicy
  const accessToken = await context.signAccessToken(
    {
      sub: grant.accountId,
      sid: grant.sessionId,
      epoch: grant.epoch,
      authTime: bornAt,
      amr: grant.amr,
      roles: grant.roles,
      scopes: grant.scopes,
      claims: grant.claims,
    },
    Math.min(now, grant.rightsReadAt),
  )
  const untilAbsoluteEnd = bornAt + absoluteLifetime - now
  return {
    accessToken,
    refreshToken,
    expiresIn: accessLifetime / 1000,
    refreshExpiresIn: Math.max(0, Math.floor(Math.min(inactivityTimeout, untilAbsoluteEnd) / 1000)),
  }
}
