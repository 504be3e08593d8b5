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
import { type Connection, durable, untilDone } from './connection.ts'
import type { SessionDocument } from './session-document.ts'

interface LimitDocument {
  readonly _id: string
  readonly revision: number
  /** To end with reason `session_limit`; most of them have ended. */
  readonly over: readonly string[]
  readonly at: number
}

export interface LimitSteps {
  /** Live sessions of the account, newest first. */
  list(): Promise<readonly SessionDocument[]>
  end(ids: readonly string[]): Promise<void>
}

export function sessionLimit({ collection }: Connection, clock: Clock) {
  const limits: Collection<LimitDocument> = collection('session_limits')

  async function decide(accountId: string, before: LimitDocument | null, over: readonly string[]) {
    const next = { revision: (before?.revision ?? 0) + 1, over: [...over], at: clock() }
    if (before !== null) {
      const seen = { _id: exactly(accountId), revision: before.revision }
      return (await limits.replaceOne(seen, next, durable)).matchedCount === 1
    }
    try {
      await limits.insertOne({ _id: accountId, ...next }, durable)
      return true
    } catch (error) {
      if (isDuplicate(error)) return false
      throw error
    }
  }

  return Object.freeze({
    /** @returns the ids that this call decided to end; they have ended. */
    async keep(
      { accountId, sessionId, limit }: { accountId: string; sessionId: string; limit: number },
      { list, end }: LimitSteps,
    ): Promise<readonly string[]> {
      const surplus = (live: readonly SessionDocument[]): readonly string[] => {
        const others = live.filter(({ _id }) => _id !== sessionId)
        // One that another log-in has ended ends nobody any more.
        if (others.length === live.length) return []
        return others.slice(Math.max(0, limit - 1)).map(({ _id }) => _id)
      }
      if (surplus(await list()).length === 0) return []
      return untilDone(async () => {
        const before = await limits.findOne({ _id: exactly(accountId) })
        await end(before?.over ?? [])
        const over = surplus(await list())
        if (over.length === 0) return []
        if (!(await decide(accountId, before, over))) return undefined
        await end(over)
        return over
      })
    },
    async prune(before: number): Promise<void> {
      await limits.deleteMany({ at: { $lt: before } })
    },
  })
}
