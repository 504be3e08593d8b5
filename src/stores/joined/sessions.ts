/**
 * Sessions in a store of their own, their endings on the accounts' ended list.
 *
 * The order is always the same: the list, then the tombstone and the announcement together, then the
 * answer. An ending that the rotation rule finds comes with its tombstone, and is listed before the
 * answer.
 */

import type { RefreshStep, SessionStore, Stores } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import type { Mending } from './mending.ts'

type Ending = Parameters<SeparateSessionStore['bury']>[0]

export function joinedSessions(
  sessions: SeparateSessionStore,
  accounts: Stores,
  revocations: SessionStore['revocations'],
  mending: Mending,
): SessionStore {
  const { endedList } = accounts

  // Announced by whoever listed it. Where that one fails in between, the accounts' feed has it, and
  // this one is mended.
  const announce = async (listed: boolean, { sessionId }: Ending): Promise<void> => {
    if (listed) await sessions.announce([{ kind: 'session_ended', sessionId }])
  }

  const end = (ending: Ending): Promise<boolean> => mending.watch(endInOrder(ending))

  const endInOrder = async (ending: Ending): Promise<boolean> => {
    const listed = await endedList.add(ending)
    // Also when it was on the list: the tombstone of an earlier try may be missing.
    await Promise.all([sessions.bury(ending), announce(listed, ending)])
    return listed
  }

  return Object.freeze<SessionStore>({
    now: sessions.now,
    find: sessions.find,
    list: sessions.list,

    async create(session, limit) {
      const { accountId } = session
      const surplus = await sessions.create(session, limit)
      const ended: string[] = []
      for (const sessionId of surplus) {
        if (await end({ sessionId, accountId, reason: 'session_limit' })) ended.push(sessionId)
      }
      return ended
    },

    async refresh(sessionId, presented, policy) {
      const step = await sessions.refresh(sessionId, presented, { ...policy, restoreMissing: true })
      const reason = endReasonOf(step)
      // Also for one that had ended: whoever ended it may have died before it was on the list.
      if (reason !== undefined) {
        const ending = { sessionId, accountId: presented.accountId, reason }
        const list = async () => announce(await endedList.add(ending), ending)
        await mending.watch(list())
      }
      return step
    },

    end: (sessionId, accountId, reason) => end({ sessionId, accountId, reason }),

    async endAll(accountId, epoch, reason) {
      const endInOrder = async () => {
        await sessions.buryAll(accountId, epoch, reason)
        await sessions.announce([{ kind: 'account_ended', accountId, epoch }])
      }
      await mending.watch(endInOrder())
    },

    revocations,

    async prune() {
      await Promise.all([accounts.sessions.prune(), endedList.prune()])
    },
  })
}

function endReasonOf({ decision, session }: RefreshStep): Ending['reason'] | undefined {
  const { outcome } = decision
  if (outcome === 'replayed' || outcome === 'not_adopted') return `refresh_token_${outcome}`
  if (outcome === 'ended' && session?.status === 'ended') return session.reason
  return undefined
}
