/** What an entry of the revocation feed does to the hot path. */

import type { Revocation } from '../stores/ports.ts'
import type { Verifier } from './verifier.ts'

/** Applying an entry twice changes nothing. `now` by this process's clock, in milliseconds. */
export function applyRevocation(
  { revocations, accountChanges }: Pick<Verifier, 'revocations' | 'accountChanges'>,
  entry: Revocation,
  now: number,
): void {
  if (entry.kind === 'session_ended') revocations.endSession(entry.sessionId, now)
  else if (entry.kind === 'account_ended') {
    revocations.endAccount(entry.accountId, entry.epoch, now)
  } else accountChanges.note(entry.accountId, entry.changedAt, now)
}
