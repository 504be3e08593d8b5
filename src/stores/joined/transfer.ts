/**
 * Moving accounts that are in one store and sessions that are in another. Sessions that ended are known
 * by the accounts' list.
 */

import type { Stores, TransferStore } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'

/** @returns undefined where one of the two cannot be moved. */
export function joinedTransfer(
  accounts: Stores,
  sessions: SeparateSessionStore,
): TransferStore | undefined {
  const { transfer } = accounts
  const { importSessions } = sessions
  if (transfer === undefined || importSessions === undefined) return undefined
  return Object.freeze<TransferStore>({
    ...transfer,
    importSessions,
    newestSessionId: async () => undefined,
    // Both feeds are read; the accounts' own outlives the loss of the other.
    async announce(entries) {
      await transfer.announce(entries)
      await sessions.announce(entries)
    },
  })
}
