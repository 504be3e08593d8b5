import { describe, expect, it } from 'vitest'
import { decideRefresh } from '../../src/sessions/decide-refresh.ts'
import { accessLifetime, hour, second } from './rotation-fixtures.ts'
import { simulateClient } from './simulated-client.ts'
import { randomFrom, type SimulationRules } from './simulated-session.ts'
import { simulateTheft, type Theft, type TheftResult } from './simulated-theft.ts'

/** Which seeds fail, and how; empty where none does. */
function failures(
  thefts: readonly Theft[],
  passes: (result: TheftResult) => boolean,
  rules?: SimulationRules,
): string[] {
  return thefts
    .map((theft) => ({ theft, result: simulateTheft(theft, rules) }))
    .filter(({ result }) => !passes(result))
    .map((failure) => JSON.stringify(failure))
}

function thefts(count: number, pace: Theft['pace'], retry: (random: () => number) => number) {
  return Array.from({ length: count }, (_, index): Theft => {
    const seed = index + 1 + (typeof pace === 'number' ? pace : 0)
    return { seed, pace, retryAfter: Math.floor(retry(randomFrom(-seed))) }
  })
}

const isShutOut = (result: TheftResult) =>
  result.ended && !result.bothCommitted && result.ownerTries <= 2

const anyRetry = (random: () => number) => 11 * second + random() * (hour - 11 * second)

describe('G1, I1: an honest client for 30 days', () => {
  it.each([
    ['5 % loss', { loss: 0.05, failovers: 0, wipes: 0 }, 10],
    ['30 % loss', { loss: 0.3, failovers: 0, wipes: 0 }, 10],
    ['15 % loss and failovers', { loss: 0.15, failovers: 0.05, wipes: 0 }, 20],
    ['15 % loss, failovers and wipes', { loss: 0.15, failovers: 0.05, wipes: 0.02 }, 40],
    ['30 % loss, failovers and wipes', { loss: 0.3, failovers: 0.2, wipes: 0.1 }, 40],
  ])('is never refused: two tabs, reordering, %s', (_name, network, runs) => {
    const seen = new Set<string>()
    for (let seed = 1; seed <= runs; seed += 1) {
      const { refusal, refreshes, outcomes } = simulateClient({ seed, ...network })
      expect(refusal).toBeUndefined()
      expect(refreshes).toBeGreaterThan(2800)
      expect(outcomes).toContain('superseded')
      for (const outcome of outcomes) seen.add(outcome)
    }
    if (network.failovers > 0) expect(seen).toContain('recovered')
    if (network.wipes > 0) expect(seen).toContain('restored')
  })
})

describe('G4, I2: a thief', () => {
  const paces = [1, 2, 5, 9, 10, 11, 30, 60, 600, 840, 900, 960, 1800, 3600]
  const all = [...paces.map((pace) => [pace * second]), ['behind']] as Theft['pace'][][]

  it.each(all)('at pace %s never commits beside the owner, and is shut out', (pace = 1) => {
    const runs = thefts(300, pace, anyRetry)
    expect(failures(runs, isShutOut)).toEqual([])
  })

  it('who commits every nine seconds is ended by the second try of an owner', () => {
    const runs = thefts(1000, 9 * second, (random) => 20 * second + random() * hour)
    expect(failures(runs, ({ ended, ownerTries }) => ended && ownerTries <= 2)).toEqual([])
  })

  // The owner holds a sibling of what the thief committed. It is passed by that commit; after the
  // thief's next one it looks like the parent, which that one passed.
  it('who is always two seconds ahead is ended by the third try of the owner', () => {
    const runs = thefts(1000, 'ahead', anyRetry)
    const passes = ({ ended, bothCommitted }: TheftResult) => ended && !bothCommitted
    expect(failures(runs, passes)).toEqual([])
    expect(failures(runs, ({ ownerTries }) => ownerTries <= 3)).toEqual([])
    expect(failures(runs, ({ ownerTries }) => ownerTries <= 2)).not.toEqual([])
  })

  it('at a random pace is shut out', () => {
    const random = randomFrom(7)
    const runs = Array.from({ length: 3000 }, (_, seed): Theft => {
      const pace = Math.floor(second * 3600 ** random())
      return { seed, pace, retryAfter: Math.floor(anyRetry(random)) }
    })
    expect(failures(runs, isShutOut)).toEqual([])
  })

  it('stays in for ever where late is measured from the last commit of the session', () => {
    const decide: typeof decideRefresh = (session, presented, now, policy) => {
      const decision = decideRefresh(session, presented, now, policy)
      if (session?.status !== 'live' || decision.outcome !== 'replayed') return decision
      const last = session.recentCommits[0] ?? 0
      return now - last < 10 * second ? { outcome: 'superseded' } : decision
    }
    const runs = thefts(20, 9 * second, () => accessLifetime)
    expect(failures(runs, ({ ended }) => !ended, { decide })).toEqual([])
  })
})
