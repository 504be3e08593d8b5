/**
 * Carries one-time tokens, such as those in mails that are under way. One that was used in the source
 * since an earlier run is taken out of the target.
 */

import type { OneTimeToken } from '../stores/ports.ts'
import type { Move } from './move-context.ts'
import { statePurpose } from './move-state.ts'

/** @returns how many there are in the source. */
export async function moveTokens({ from, to, mode }: Move): Promise<number> {
  const ours = (await from.transfer.exportTokens()).filter(isOfSomebody)
  const theirs = (await to.transfer.exportTokens()).filter(isOfSomebody)
  const present = new Set(theirs.map(keyOf))
  const owned = new Set(theirs.map(ownerOf))
  const kept = new Set(ours.map(keyOf))
  for (const token of theirs) {
    if (mode !== 'merge' && !kept.has(keyOf(token))) {
      await to.oneTimeTokens.consume(token.tokenHash, token.purpose)
    }
  }
  for (const token of ours) {
    // Of two of one account and purpose the newer counts; in a merge it is that of the target.
    const isWanted = mode === 'merge' ? !owned.has(ownerOf(token)) : !present.has(keyOf(token))
    if (isWanted) await to.oneTimeTokens.put(token)
  }
  return ours.length
}

const isOfSomebody = ({ purpose }: OneTimeToken): boolean => purpose !== statePurpose
const keyOf = ({ tokenHash }: OneTimeToken): string => Buffer.from(tokenHash).toString('hex')
const ownerOf = ({ accountId, purpose }: OneTimeToken): string => `${accountId} ${purpose}`
