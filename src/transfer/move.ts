/**
 * Moves everything that a deployment keeps from its stores to others, so that nobody is logged out:
 * accounts, live sessions at their point of the rotation, what has ended, keys and one-time tokens.
 *
 * Every step may be repeated, so a move that was broken off is simply begun again. Counters of attempts
 * are not moved. Knows no technology and no terminal.
 */

import type { Stores } from '../stores/ports.ts'
import { compareAccounts } from './compare-accounts.ts'
import { compareSessions } from './compare-sessions.ts'
import { moveAccounts } from './move-accounts.ts'
import type { Movable, Move, MoveMode, Progress } from './move-context.ts'
import { moveEndings, tellRecentEndings } from './move-endings.ts'
import { moveKeys } from './move-keys.ts'
import { moveRetired } from './move-retired.ts'
import { admitMove, completeMove } from './move-state.ts'
import { moveTokens } from './move-tokens.ts'
import { patientStores } from './patient-stores.ts'
import { MoveRefused } from './refusal.ts'

export interface MoveOptions {
  readonly from: Stores
  readonly to: Stores
  /** What the source is called, without a credential; a target takes one source only. */
  readonly source: string
  readonly mode: MoveMode
  /** Sessions stay in the store where they are, since both sides name the same one. @default false */
  readonly sessionsStay?: boolean | undefined
  readonly progress: (progress: Progress) => void
}

export interface MoveResult {
  /** Accounts and sessions of the source. */
  readonly accounts: number
  readonly sessions: number
  /** Of these, what was new or newer than what the target had. */
  readonly accountsWritten: number
  readonly sessionsWritten: number
  /** Ids of accounts that are not in the target, since a name or external id is taken there. */
  readonly accountsTaken: readonly string[]
  /** Accounts that the source no longer has. */
  readonly accountsRemoved: number
  readonly endings: number
  readonly oneTimeTokens: number
  readonly keys: number
  /** Keys that are not in the target, since it has its own. */
  readonly keysLeft: number
  readonly sessionsCompared: number
  /** What was found different at the end: accounts or sessions that are not as in the source. */
  readonly differences: readonly string[]
}

/**
 * @throws MoveRefused before anything of the target is changed, but for `target_in_use`.
 * @throws AuthError `temporarily_unavailable` when a store stays away; running it again goes on.
 */
export async function moveStores(options: MoveOptions): Promise<MoveResult> {
  const { source, mode, sessionsStay = false, progress } = options
  const from = movable(options.from)
  const to = movable(options.to)
  const move: Move = { from, to, mode, sessionsStay, progress }
  const { lastRunAt, accountsStay } = await admitMove(move, source)
  const keys = accountsStay ? { keys: 0, keysLeft: 0 } : await moveKeys(move)
  const { sample, ...moved } = await moveAccounts(move, accountsStay)
  const endings = await moveEndings(move)
  const rest = accountsStay ? nothing : await moveRest(move, lastRunAt)
  if (mode !== 'live') await tellRecentEndings(move)
  const sessions = await compareSessions(move, sample)
  // A difference is mended by another run, which a completed move would refuse.
  const differences = [...rest.differences, ...sessions.differences]
  const isComplete = mode === 'whole' && !accountsStay && differences.length === 0
  if (isComplete) await completeMove(move, source)
  const sessionsCompared = sessions.compared
  return { ...moved, ...keys, ...rest, endings, sessionsCompared, differences }
}

const nothing = { oneTimeTokens: 0, accountsRemoved: 0, differences: [] }

async function moveRest(move: Move, lastRunAt: number) {
  const oneTimeTokens = await moveTokens(move)
  const { removed: accountsRemoved, differences } = await compareAccounts(move, lastRunAt)
  await moveRetired(move)
  return { oneTimeTokens, accountsRemoved, differences }
}

function movable(stores: Stores): Movable {
  const patient = patientStores(stores)
  const { transfer } = patient
  if (transfer === undefined) {
    throw new MoveRefused('cannot_move', 'These stores cannot be moved: they have no transfer.')
  }
  return { ...patient, transfer }
}
