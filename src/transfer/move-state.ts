/**
 * Whether a move may begin, and what the target remembers of it: which source it takes, since when, and
 * that it is complete.
 *
 * Kept as a one-time token, for which every database of accounts has a place: a move needs no table of
 * its own. Nobody holds a token of this purpose, so none can be used.
 */

import { randomBytes } from 'node:crypto'
import { bornAt } from '../sessions/session.ts'
import type { OneTimeToken } from '../stores/ports.ts'
import type { Movable, Move } from './move-context.ts'
import { MoveRefused } from './refusal.ts'

export const statePurpose = 'store_move'
const stateOwner = 'move'
const minute = 60_000
/** Longer than any session lives by default, and than anybody moves. */
const rememberedMilliseconds = 90 * 24 * 60 * minute

interface MoveState {
  readonly source: string
  readonly startedAt: number
  readonly isComplete: boolean
}

export interface Admission {
  /** When the run before began, or this one if it is the first; by the target's clock. */
  readonly lastRunAt: number
  /** Both sides have their accounts in one database: only sessions are moved. */
  readonly accountsStay: boolean
}

/** @throws MoveRefused */
export async function admitMove(move: Move, source: string): Promise<Admission> {
  const { from, to, mode, sessionsStay } = move
  await Promise.all([from.ping(), to.ping()])
  if (await isSameDatabase(from, to)) {
    const isElsewhere = from.sessionsAreSeparate || to.sessionsAreSeparate
    if (isElsewhere && !sessionsStay)
      return { lastRunAt: await to.sessions.now(), accountsStay: true }
    throw new MoveRefused('same_store', 'Source and target are the same store.')
  }
  if ((await from.transfer.countAccounts()) === 0) {
    throw new MoveRefused('source_empty', 'The source has no accounts; is its URL right?')
  }
  const now = await to.sessions.now()
  if (mode === 'merge') return { lastRunAt: now, accountsStay: false }
  const state = await readState(to)
  if (state === undefined) await refuseOccupied(to)
  else await refuseOther(move, state, source)
  await writeState(to, { source, startedAt: now, isComplete: false })
  return { lastRunAt: state?.startedAt ?? now, accountsStay: false }
}

export async function completeMove({ to }: Move, source: string): Promise<void> {
  await writeState(to, { source, startedAt: await to.sessions.now(), isComplete: true })
}

async function refuseOccupied(to: Movable): Promise<void> {
  if ((await to.transfer.countAccounts()) === 0) return
  throw new MoveRefused(
    'target_occupied',
    'The target has accounts already; name an empty one, or add to it with --merge.',
  )
}

async function refuseOther({ from, to }: Move, state: MoveState, source: string): Promise<void> {
  if (state.source !== source) {
    throw new MoveRefused(
      'target_of_another',
      `The target is that of a move from ${state.source}; name an empty one.`,
    )
  }
  if (state.isComplete) {
    throw new MoveRefused(
      'completed',
      'This move is complete, and the target may have been in use since; nothing was changed.',
    )
  }
  const newest = await to.transfer.newestSessionId()
  if (newest === undefined || bornAt(newest) < state.startedAt) return
  if ((await from.sessions.find(newest)) === undefined) throw inUse()
}

export const inUse = (): MoveRefused =>
  new MoveRefused(
    'target_in_use',
    'The target has been in use since the last run: it has log-ins or accounts that the source ' +
      'does not have, which would be lost. Stop its server, and name an empty target, or use --merge.',
  )

/** Whatever their names are: what is written into the one is found in the other. */
async function isSameDatabase(from: Movable, to: Movable): Promise<boolean> {
  const accountId = `probe:${randomBytes(8).toString('hex')}`
  const expiresAt = (await to.sessions.now()) + minute
  await to.oneTimeTokens.put(tokenOf(accountId, '', expiresAt))
  try {
    return (await from.transfer.exportTokens()).some((token) => token.accountId === accountId)
  } finally {
    await to.oneTimeTokens.removeAll(accountId)
  }
}

async function readState(to: Movable): Promise<MoveState | undefined> {
  const isState = ({ purpose, accountId }: OneTimeToken): boolean =>
    purpose === statePurpose && accountId === stateOwner
  const data = (await to.transfer.exportTokens()).find(isState)?.data
  return data ? (JSON.parse(data) as MoveState) : undefined
}

async function writeState(to: Movable, state: MoveState): Promise<void> {
  const expiresAt = (await to.sessions.now()) + rememberedMilliseconds
  await to.oneTimeTokens.put(tokenOf(stateOwner, JSON.stringify(state), expiresAt))
}

const tokenOf = (accountId: string, data: string, expiresAt: number): OneTimeToken => ({
  tokenHash: Uint8Array.from(randomBytes(32)),
  ...{ purpose: statePurpose, accountId, data, expiresAt },
})
