/**
 * The session limit without transactions: who is over it is decided by one compare-and-swap.
 *
 * The new session is inserted first, so of two log-ins at once the later look sees both. Whoever finds
 * too many writes the ids that must end into the account's document of the limit, if nobody wrote there
 * since; then ends them. The next one ends them first if that was broken off, so two decisions never
 * rest on the same sessions. A new session may have been ended by another log-in by then.
 */

import type { Clock } from '../../clock.ts'
import { type Collection, exactly, isDuplicate } from './client.ts'
import { type Connection, durable, fast, untilDone } from './connection.ts'
import { inTurn } from './turns.ts'

interface LimitDocument {
  readonly _id: string
  readonly revision: number
  /** To end with reason `session_limit`; most of them have ended. */
  readonly over: readonly string[]
  readonly at: number
}

export interface LimitSteps {
  /** Ids of the live sessions of the account, newest first. @param most how many at most */
  list(most?: number): Promise<readonly string[]>
  end(ids: readonly string[]): Promise<void>
}

export function sessionLimit({ collection }: Connection, clock: Clock) {
  const turns = inTurn()
  const limits: Collection<LimitDocument> = collection('session_limits')

  /** @returns the revision of the decision; undefined when somebody else decided meanwhile. */
  async function decide(accountId: string, before: LimitDocument | null, over: readonly string[]) {
    const revision = (before?.revision ?? 0) + 1
    const next = { revision, over: [...over], at: clock() }
    if (before !== null) {
      const seen = { _id: exactly(accountId), revision: before.revision }
      const { matchedCount } = await limits.replaceOne(seen, next, durable)
      return matchedCount === 1 ? revision : undefined
    }
    try {
      await limits.insertOne({ _id: accountId, ...next }, durable)
      return revision
    } catch (error) {
      if (isDuplicate(error)) return undefined
      throw error
    }
  }

  return Object.freeze({
    /** @returns the ids that this call decided to end; they have ended. */
    async keep(
      { accountId, sessionId, limit }: { accountId: string; sessionId: string; limit: number },
      { list, end }: LimitSteps,
    ): Promise<readonly string[]> {
      const surplus = (live: readonly string[]): readonly string[] => {
        const others = live.filter((id) => id !== sessionId)
        // One that another log-in has ended ends nobody any more.
        if (others.length === live.length) return []
        return others.slice(Math.max(0, limit - 1))
      }
      if ((await list(limit + 1)).length <= limit) return []
      const keepOnce = async () => {
        const before = await limits.findOne({ _id: exactly(accountId) })
        await end(before?.over ?? [])
        const over = surplus(await list())
        if (over.length === 0) return []
        const revision = await decide(accountId, before, over)
        if (revision === undefined) return undefined
        await end(over)
        await limits.updateOne({ _id: exactly(accountId), revision }, { $set: { over: [] } }, fast)
        return over
      }
      return turns(accountId, () => untilDone(keepOnce))
    },
    async prune(before: number): Promise<void> {
      await limits.deleteMany({ at: { $lt: before } })
    },
  })
}
