import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideRefresh,
  type PresentedToken,
  type RefreshPolicy,
} from '../../src/sessions/decide-refresh.ts'
import type { LiveSession, RotationState } from '../../src/sessions/session.ts'
import {
  day,
  endedSession,
  hashOf,
  hour,
  liveSession,
  now,
  policyOf,
  presentedToken,
} from './rotation-fixtures.ts'

// Few hashes and near generations and times, so that every rule is met often.
const hash = fc.integer({ min: 1, max: 4 }).map(hashOf)
const generation = fc.integer({ min: 1, max: 12 })
const ago = (max: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: 25_000 }),
    fc.constantFrom(9_999, 10_000, 899_999, 900_000),
    fc.integer({ min: 0, max }),
  )

const liveSessions: fc.Arbitrary<LiveSession> = fc
  .record({
    generation,
    hash,
    recentCommits: fc
      .array(ago(day), { maxLength: 4 })
      .map((times) => times.sort((a, b) => a - b).map((time) => now - time)),
    forks: fc.integer({ min: 0, max: 19 }),
    forkedAt: fc.oneof(
      fc.constant(0),
      ago(day).map((time) => now - time),
    ),
  })
  .map(liveSession)

const sessions = fc.oneof(
  { weight: 8, arbitrary: liveSessions },
  fc.constant(endedSession),
  fc.constant(undefined),
)

const tokens: fc.Arbitrary<PresentedToken> = fc.record({
  generation,
  hash,
  parent: hash,
  issuedAt: ago(8 * day).map((time) => now - time),
  sessionBornAt: ago(31 * day).map((time) => now - time),
  restorable: fc.boolean(),
})

const policies: fc.Arbitrary<RefreshPolicy> = fc
  .record({
    rotation: fc.constantFrom('fork-and-commit' as const, 'strict' as const),
    restoreMissing: fc.boolean(),
  })
  .map(policyOf)

const forking = policies.map((policy) => ({ ...policy, rotation: 'fork-and-commit' as const }))
const runs = { numRuns: 5000, seed: 20260725 }

function nextOf(decision: ReturnType<typeof decideRefresh>): RotationState | undefined {
  return 'next' in decision ? decision.next : undefined
}

function freeze(value: PresentedToken | RefreshPolicy | LiveSession | typeof endedSession): void {
  if ('recentCommits' in value) Object.freeze(value.recentCommits)
  Object.freeze(value)
}

describe('for every session, token and policy', () => {
  const everything = (
    rule: (
      session: LiveSession | typeof endedSession | undefined,
      token: PresentedToken,
      policy: RefreshPolicy,
    ) => void,
  ) => fc.assert(fc.property(sessions, tokens, policies, rule), runs)

  it('the decision is total, repeatable and changes nothing it was given', () => {
    everything((session, token, policy) => {
      if (session) freeze(session)
      freeze(token)
      freeze(policy)
      const before = structuredClone([session, token])
      const decision = decideRefresh(session, token, now, policy)
      expect(decideRefresh(session, token, now, policy)).toEqual(decision)
      expect([session, token]).toEqual(before)
    })
  })

  it('only a commit, recovery, restoration or counted fork writes', () => {
    everything((session, token, policy) => {
      const decision = decideRefresh(session, token, now, policy)
      const writes = nextOf(decision) !== undefined
      const mustWrite = ['committed', 'recovered', 'restored'].includes(decision.outcome)
      if (decision.outcome !== 'forked') expect(writes).toBe(mustWrite)
    })
  })

  it('what is written never goes back, and holds four commits at most, newest first', () => {
    everything((session, token, policy) => {
      const next = nextOf(decideRefresh(session, token, now, policy))
      if (!next) return
      if (session?.status === 'live') {
        expect(next.generation).toBeGreaterThanOrEqual(session.generation)
      }
      expect(next.recentCommits.length).toBeLessThanOrEqual(4)
      expect(next.recentCommits).toEqual([...next.recentCommits].sort((a, b) => b - a))
      expect([session?.status === 'live' && session.hash, token.hash]).toContainEqual(next.hash)
    })
  })

  it('expired comes before ended, and ended before everything else', () => {
    everything((session, token, policy) => {
      const expired = now - token.issuedAt > 7 * day || now - token.sessionBornAt > 30 * day
      const { outcome } = decideRefresh(session, token, now, policy)
      expect(outcome === 'expired').toBe(expired)
      if (!expired && session?.status === 'ended') expect(outcome).toBe('ended')
    })
  })

  it('a missing session is restored or has ended', () => {
    fc.assert(
      fc.property(tokens, policies, (token, policy) => {
        const { outcome } = decideRefresh(undefined, token, now, policy)
        if (outcome === 'expired') return
        expect(outcome).toBe(token.restorable && policy.restoreMissing ? 'restored' : 'ended')
      }),
      runs,
    )
  })

  it('strict rotation answers no token twice', () => {
    everything((session, token, policy) => {
      const strict = { ...policy, rotation: 'strict' as const }
      const next = nextOf(decideRefresh(session, token, now, strict))
      if (!next) return
      const again = decideRefresh(liveSession({ ...next }), token, now + 1, strict)
      expect(['replayed', 'expired']).toContain(again.outcome)
    })
  })
})

describe('for every live session', () => {
  it('the committed token forks until the twentieth counted fork', () => {
    fc.assert(
      fc.property(liveSessions, forking, (session, policy) => {
        const { generation, hash } = session
        const decision = decideRefresh(session, presentedToken({ generation, hash }), now, policy)
        if (session.forks < 19) expect(decision.outcome).toBe('forked')
        else expect(['forked', 'not_adopted']).toContain(decision.outcome)
        const next = nextOf(decision)
        if (next) expect(next).toMatchObject({ generation, hash })
      }),
      runs,
    )
  })

  it('a token that committed, recovered or restored can be presented again', () => {
    fc.assert(
      fc.property(sessions, tokens, forking, (session, token, policy) => {
        const decision = decideRefresh(session, token, now, policy)
        const next = nextOf(decision)
        if (!next || decision.outcome === 'forked') return
        const again = decideRefresh(liveSession({ ...next }), token, now + 1, policy)
        expect(['forked', 'expired']).toContain(again.outcome)
      }),
      runs,
    )
  })

  it('of two successors of one token only the first to be presented commits', () => {
    const later = fc.integer({ min: 0, max: hour })
    fc.assert(
      fc.property(liveSessions, forking, later, (session, policy, wait) => {
        const fields = { generation: session.generation + 1, parent: session.hash }
        const first = presentedToken({ ...fields, hash: hashOf(101) })
        const second = presentedToken({ ...fields, hash: hashOf(102) })
        const next = nextOf(decideRefresh(session, first, now, policy))
        expect(next?.hash).toEqual(first.hash)
        const loser = decideRefresh(liveSession({ ...next }), second, now + wait, policy)
        expect(loser.outcome).toBe(wait < 10_000 ? 'superseded' : 'replayed')
      }),
      runs,
    )
  })

  it('a token presented behind is late for less than ten seconds after it was passed', () => {
    fc.assert(
      fc.property(liveSessions, tokens, forking, (session, token, policy) => {
        const behind = session.generation - token.generation
        const decision = decideRefresh(session, token, now, policy)
        if (behind < 1 || decision.outcome === 'expired') return
        const passed = session.recentCommits[behind - 1]
        const late = passed !== undefined && now - passed < 10_000
        expect(decision).toEqual({ outcome: late ? 'superseded' : 'replayed' })
      }),
      runs,
    )
  })
})
