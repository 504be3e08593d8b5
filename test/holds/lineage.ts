/**
 * G2: rounds of many parallel refreshes, of which exactly one may commit.
 *
 * Knows no test runner, so that `npm run lineage` uses it too.
 */

import { randomBytes } from 'node:crypto'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import type { RefreshPolicy, RestoringToken } from '../../src/sessions/decide-refresh.ts'
import { contractLifetimes } from '../../src/stores/contract/index.ts'
import type { SessionStore } from '../../src/stores/ports.ts'
import type { SeparateSessionStore } from '../../src/stores/separate-sessions.ts'

const callers = 1000
const now = 1_800_000_000_000
export const lineageOptions = { clock: () => now, ...contractLifetimes }
const policy: RefreshPolicy = {
  ...contractLifetimes,
  rotation: 'fork-and-commit',
  restoreMissing: false,
}

type Sessions = Pick<SessionStore | SeparateSessionStore, 'create' | 'refresh' | 'find'>

/** Whoever holds the committed token is answered, and whoever lost is late; nobody is logged out. */
const possible: ReadonlySet<string> = new Set(['committed', 'forked', 'superseded'])

/** A new session, and 1,000 callers with its token, one successor of it, or a sibling of their own. */
async function commitsOfOneRound(handles: readonly Sessions[]) {
  const sessions = handles[0] as Sessions
  const id = uuidV7(now)
  const hash = randomBytes(16)
  const state = { generation: 1, hash, recentCommits: [], forks: 0, forkedAt: 0 }
  const device = { userAgent: null, address: null }
  const owner = { accountId: uuidV7(now), epoch: 0 }
  await sessions.create({ id, ...owner, amr: [], ...device, ...state }, 20)
  const times = { ...owner, issuedAt: now, sessionBornAt: now, restorable: true }
  const first: RestoringToken = { generation: 1, hash, parent: new Uint8Array(16), ...times }
  const successor = () => ({ ...first, generation: 2, hash: randomBytes(16), parent: hash })
  const shared = successor()
  const presented = Array.from({ length: callers }, (_, index) =>
    index % 3 === 0 ? first : index % 3 === 1 ? shared : successor(),
  )
  const steps = await Promise.all(
    presented.map((token, index) =>
      (handles[index % handles.length] as Sessions).refresh(id, token, policy),
    ),
  )
  const outcomes = steps.map(({ decision }) => decision.outcome)
  const committed = presented.filter((_, index) => outcomes[index] === 'committed')
  const isRefused = outcomes.some((outcome) => !possible.has(outcome))
  const found = await sessions.find(id)
  const isTheOne =
    !isRefused &&
    found?.status === 'live' &&
    found.generation === 2 &&
    found.recentCommits.length === 1 &&
    Buffer.from(found.hash).equals(committed[0]?.hash ?? new Uint8Array())
  return { commits: committed.length, isTheOne }
}

export interface LineageCounts {
  /** Rounds in which one of the callers committed. */
  single: number
  double: number
  /** Rounds with another outcome than those possible, or another state afterwards. */
  broken: number
}

export async function playLineage(
  rounds: number,
  handles: readonly Sessions[],
  onRound: (round: number) => void = () => undefined,
): Promise<LineageCounts> {
  const counts = { single: 0, double: 0, broken: 0 }
  for (let round = 1; round <= rounds; round += 1) {
    const { commits, isTheOne } = await commitsOfOneRound(handles)
    if (commits === 1) counts.single += 1
    if (commits > 1) counts.double += 1
    if (!isTheOne) counts.broken += 1
    onRound(round)
  }
  return counts
}
