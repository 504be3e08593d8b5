import { describe, expect, it } from 'vitest'
import {
  decideRefresh,
  type PresentedToken,
  type RefreshPolicy,
} from '../../src/sessions/decide-refresh.ts'
import type { LiveSession } from '../../src/sessions/session.ts'
import {
  accessLifetime,
  day,
  endedSession,
  hashOf,
  hour,
  liveSession,
  now,
  policyOf,
  presentedToken,
  second,
  successorToken,
} from './rotation-fixtures.ts'

function decide(
  session: Partial<LiveSession> = {},
  token: PresentedToken = presentedToken(),
  policy: Partial<RefreshPolicy> = {},
) {
  return decideRefresh(liveSession(session), token, now, policyOf(policy))
}

describe('expired', () => {
  it.each([
    ['issued exactly the inactivity timeout ago', { issuedAt: now - 7 * day }, 'forked'],
    ['issued longer ago than that', { issuedAt: now - 7 * day - 1 }, 'expired'],
    ['born exactly the absolute lifetime ago', { sessionBornAt: now - 30 * day }, 'forked'],
    ['born longer ago than that', { sessionBornAt: now - 30 * day - 1 }, 'expired'],
  ])('a token %s', (_name, token, outcome) => {
    expect(decide({}, presentedToken(token)).outcome).toBe(outcome)
  })

  it.each([
    ['ended', endedSession],
    ['missing', undefined],
    ['live, where the token would be replayed', liveSession({ hash: hashOf(71) })],
  ])('an expired token is expired whatever the session is: %s', (_name, session) => {
    const token = presentedToken({ issuedAt: now - 8 * day })
    expect(decideRefresh(session, token, now, policyOf())).toEqual({ outcome: 'expired' })
  })
})

describe('ended', () => {
  it.each([
    ['the committed token', presentedToken()],
    ['a successor', successorToken()],
    ['a token from the future', presentedToken({ generation: 99 })],
  ])('a tombstone refuses %s', (_name, token) => {
    expect(decideRefresh(endedSession, token, now, policyOf())).toEqual({ outcome: 'ended' })
  })
})

describe('current', () => {
  it('the committed token forks, and only the count of forks is written', () => {
    const { generation, hash, recentCommits } = liveSession()
    expect(decide()).toEqual({
      outcome: 'forked',
      next: { generation, hash, recentCommits, forks: 1, forkedAt: now },
      warn: false,
    })
  })

  it('the generation alone does not make a token current', () => {
    expect(decide({}, presentedToken({ hash: hashOf(71) })).outcome).toBe('replayed')
  })

  it('the hash alone does not make a token current', () => {
    expect(decide({}, presentedToken({ generation: 6 })).outcome).toBe('replayed')
  })
})

describe('successor', () => {
  it('a successor of the committed token commits and sets the count of forks to 0', () => {
    const forkedAt = now - hour
    expect(decide({ forks: 5, forkedAt }, successorToken())).toEqual({
      outcome: 'committed',
      next: {
        generation: 8,
        hash: hashOf(80),
        recentCommits: [now, now - hour, now - 2 * hour, now - 3 * hour],
        forks: 0,
        forkedAt,
      },
    })
  })

  it('a token of the next generation with another parent does not commit', () => {
    const token = successorToken({ parent: hashOf(71) })
    expect(decide({}, token).outcome).toBe('replayed')
    expect(decide({ recentCommits: [now - 1] }, token).outcome).toBe('superseded')
  })
})

describe('from the future', () => {
  it.each([2, 3, 50])('a token %i generations ahead recovers the session', (ahead) => {
    const token = presentedToken({ generation: 7 + ahead, hash: hashOf(9), parent: hashOf(8) })
    expect(decide({ forks: 5 }, token)).toEqual({
      outcome: 'recovered',
      next: {
        generation: 7 + ahead,
        hash: hashOf(9),
        recentCommits: [now, now, now, now],
        forks: 0,
        forkedAt: 0,
      },
    })
  })
})

describe('session missing', () => {
  it('a missing session is restored where sessions live outside the account database', () => {
    expect(decideRefresh(undefined, presentedToken(), now, policyOf())).toEqual({
      outcome: 'restored',
      next: {
        generation: 7,
        hash: hashOf(70),
        recentCommits: [now, now, now, now],
        forks: 0,
        forkedAt: 0,
      },
    })
  })

  it.each([
    ['sessions live in the account database', presentedToken(), false],
    ['the token is of version 2', presentedToken({ restorable: false }), true],
  ])('a missing session has ended where %s', (_name, token, restoreMissing) => {
    const policy = policyOf({ restoreMissing })
    expect(decideRefresh(undefined, token, now, policy)).toEqual({ outcome: 'ended' })
  })
})

describe('late or replayed', () => {
  const commits = [0, 1, 2, 3]

  // Index of the commit that passed a token of the given distance; null: it is forgotten.
  it.each([
    [-1, 0],
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 3],
    [5, null],
  ])('a token %i generations behind looks at commit %s', (behind, index) => {
    const token = presentedToken({ generation: 7 - behind, hash: hashOf(1), parent: hashOf(2) })
    const around = (passed: number, others: number) => ({
      recentCommits: commits.map((commit) => now - (commit === index ? passed : others)),
    })
    const late = index === null ? 'replayed' : 'superseded'
    expect(decide(around(10 * second - 1, hour), token)).toEqual({ outcome: late })
    expect(decide(around(10 * second, 0), token)).toEqual({ outcome: 'replayed' })
    expect(decide(around(10 * second + 1, 0), token)).toEqual({ outcome: 'replayed' })
  })

  it('a token that no remembered commit passed is replayed', () => {
    expect(decide({ recentCommits: [] }, presentedToken({ generation: 6 })).outcome).toBe(
      'replayed',
    )
  })
})

describe('not adopted', () => {
  it.each([
    ['just before one access-token lifetime', accessLifetime - 1, undefined],
    ['at exactly one access-token lifetime', accessLifetime, 2],
  ])('a fork %s after the last counted one', (_name, ago, forks) => {
    const decision = decide({ forks: 1, forkedAt: now - ago })
    expect(decision.outcome).toBe('forked')
    expect('next' in decision ? decision.next?.forks : undefined).toBe(forks)
  })

  it('the first fork ever is counted', () => {
    expect(decide({ forkedAt: 0 })).toMatchObject({ next: { forks: 1, forkedAt: now } })
  })

  it('the developer is warned at the third counted fork, and at no other', () => {
    const warned = Array.from({ length: 19 }, (_, forks) => decide({ forks }))
      .map((decision, index) => ('warn' in decision && decision.warn ? index + 1 : 0))
      .filter((forks) => forks > 0)
    expect(warned).toEqual([3])
  })

  it('the twentieth counted fork ends the session', () => {
    expect(decide({ forks: 18 }).outcome).toBe('forked')
    expect(decide({ forks: 19 })).toEqual({ outcome: 'not_adopted' })
  })

  it('an uncounted fork never ends the session and never warns', () => {
    expect(decide({ forks: 19, forkedAt: now - 1 })).toEqual({ outcome: 'forked', warn: false })
  })
})

describe('strict rotation', () => {
  const strict = { rotation: 'strict' } as const

  it('the token of the log-in is answered once', () => {
    expect(decide({ forks: 0 }, presentedToken(), strict)).toMatchObject({
      outcome: 'forked',
      next: { forks: 1 },
    })
    expect(decide({ forks: 1 }, presentedToken(), strict)).toEqual({ outcome: 'replayed' })
  })

  it.each([
    ['committed', successorToken()],
    ['recovered', presentedToken({ generation: 9, hash: hashOf(90) })],
  ])('a token that was %s is thereby used', (outcome, token) => {
    const decision = decide({ forks: 1 }, token, strict)
    expect(decision.outcome).toBe(outcome)
    const next = 'next' in decision ? decision.next : undefined
    expect(decide({ ...next }, token, strict)).toEqual({ outcome: 'replayed' })
  })

  it('a token that was restored is thereby used', () => {
    const decision = decideRefresh(undefined, presentedToken(), now, policyOf(strict))
    expect(decision).toMatchObject({ outcome: 'restored', next: { forks: 1 } })
  })

  it('nothing is late: every passed token is replayed', () => {
    const token = presentedToken({ generation: 6 })
    expect(decide({ recentCommits: [now, now, now, now] }, token, strict)).toEqual({
      outcome: 'replayed',
    })
  })
})
