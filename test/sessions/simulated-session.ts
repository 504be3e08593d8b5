/** One session in memory on a virtual clock, over the real decision. */

import {
  decideRefresh,
  type RefreshOutcome,
  type RefreshPolicy,
} from '../../src/sessions/decide-refresh.ts'
import type { EndedSession, LiveSession } from '../../src/sessions/session.ts'
import { endedSession, hashOf, idOf, liveSession, policyOf } from './rotation-fixtures.ts'

export interface SimulatedToken {
  readonly id: number
  readonly parent: number
  readonly generation: number
  readonly issuedAt: number
}

export interface RefreshAnswer {
  readonly outcome: RefreshOutcome
  readonly warn: boolean
  /** Absent where the refresh was refused. */
  readonly token?: SimulatedToken
}

export interface SimulatedSession {
  readonly login: SimulatedToken
  refresh(token: SimulatedToken, now: number): RefreshAnswer
  /** Loses every write after `time`; only the last minute is kept for it. */
  failOver(time: number): void
  wipe(): void
  isEnded(): boolean
}

export interface SimulationRules {
  readonly decide?: typeof decideRefresh
  readonly policy?: Partial<RefreshPolicy>
}

type Stored = LiveSession | EndedSession | undefined

const keptWrites = 8

export function simulateSession(bornAt: number, rules: SimulationRules = {}): SimulatedSession {
  const decide = rules.decide ?? decideRefresh
  const policy = policyOf(rules.policy)
  const login = { id: 1, parent: 0, generation: 1, issuedAt: bornAt }
  let issued = 1
  let listed = false
  let writes: { time: number; session: Stored }[] = []
  const stored = () => writes.at(-1)?.session
  const write = (time: number, session: Stored) => {
    writes = [...writes.slice(1 - keptWrites), { time, session }]
  }
  write(
    bornAt,
    liveSession({ generation: 1, hash: hashOf(1), recentCommits: [], forks: 0, forkedAt: 0 }),
  )

  function refresh(token: SimulatedToken, now: number): RefreshAnswer {
    if (listed) return { outcome: 'ended', warn: false }
    const { id, parent, generation, issuedAt } = token
    const presented = {
      generation,
      hash: hashOf(id),
      parent: hashOf(parent),
      issuedAt,
      sessionBornAt: bornAt,
      restorable: true,
    }
    const decision = decide(stored(), presented, now, policy)
    const { outcome } = decision
    if (outcome === 'replayed' || outcome === 'not_adopted') {
      write(now, endedSession)
      listed = true
    }
    const warn = 'warn' in decision && decision.warn
    if (outcome === 'forked' || 'next' in decision) {
      if ('next' in decision && decision.next) write(now, liveSession(decision.next))
      return { outcome, warn, token: issue(now) }
    }
    return { outcome, warn }
  }

  function issue(issuedAt: number): SimulatedToken {
    const session = stored()
    if (session?.status !== 'live') throw new Error('issued without a live session')
    issued += 1
    return { id: issued, parent: idOf(session.hash), generation: session.generation + 1, issuedAt }
  }

  return Object.freeze({
    login,
    refresh,
    failOver(time) {
      const kept = writes.filter((made) => made.time <= time)
      writes = kept.length > 0 ? kept : writes.slice(0, 1)
    },
    wipe() {
      writes = []
    },
    isEnded: () => listed,
  } satisfies SimulatedSession)
}

/** Seeded numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
