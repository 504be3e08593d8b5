import { describe, expect, it } from 'vitest'
import { decideRefresh } from '../../src/sessions/decide-refresh.ts'
import { accessLifetime, day, hour, minute, second } from './rotation-fixtures.ts'
import { simulateClient } from './simulated-client.ts'
import { randomFrom, type SimulationRules, simulateSession } from './simulated-session.ts'
import { simulateTheft, type Theft } from './simulated-theft.ts'

/** Which seeds fail, and how; empty where none does. */
function failures(
  thefts: readonly Theft[],
  passes: (result: ReturnType<typeof simulateTheft>) => boolean,
  rules?: SimulationRules,
): string[] {
  return thefts
    .map((theft) => ({ theft, result: simulateTheft(theft, rules) }))
    .filter(({ result }) => !passes(result))
    .map((failure) => JSON.stringify(failure))
}

function thefts(count: number, pace: Theft['pace'], retry: (random: () => number) => number) {
  return Array.from({ length: count }, (_, index): Theft => {
    const seed = index + 1 + (pace === 'behind' ? 0 : pace)
    return { seed, pace, retryAfter: Math.floor(retry(randomFrom(-seed))) }
  })
}

const anyRetry = (random: () => number) => 11 * second + random() * (hour - 11 * second)

describe('an honest client for 30 days', () => {
  it.each([
    ['5 % loss', { loss: 0.05, failovers: 0, wipes: 0 }, 10],
    ['30 % loss', { loss: 0.3, failovers: 0, wipes: 0 }, 10],
    ['15 % loss and failovers', { loss: 0.15, failovers: 0.05, wipes: 0 }, 20],
    ['15 % loss, failovers and wipes', { loss: 0.15, failovers: 0.05, wipes: 0.02 }, 40],
    ['30 % loss, failovers and wipes', { loss: 0.3, failovers: 0.2, wipes: 0.1 }, 40],
  ])('is never refused: two tabs, reordering, %s', (_name, network, runs) => {
    for (let seed = 1; seed <= runs; seed += 1) {
      const { refusal, refreshes, outcomes } = simulateClient({ seed, ...network })
      expect(refusal).toBeUndefined()
      expect(refreshes).toBeGreaterThan(2800)
      expect(outcomes).toContain('superseded')
      if (network.failovers > 0) expect(outcomes).toContain('recovered')
      if (network.wipes > 0) expect(outcomes).toContain('restored')
    }
  })
})

describe('a thief', () => {
  const paces = [1, 2, 5, 9, 10, 11, 30, 60, 600, 840, 900, 960, 1800, 3600]
  const all = [...paces.map((pace) => [pace * second]), ['behind']] as Theft['pace'][][]

  it.each(all)('at pace %s ms never commits beside the owner, and is shut out', (pace = 1) => {
    const runs = thefts(300, pace, anyRetry)
    const passes = (result: ReturnType<typeof simulateTheft>) =>
      result.ended && !result.bothCommitted && result.ownerTries <= 3
    expect(failures(runs, passes)).toEqual([])
  })

  it('who commits every nine seconds is ended by the second try of an owner', () => {
    const runs = thefts(1000, 9 * second, (random) => 20 * second + random() * hour)
    expect(failures(runs, ({ ended, ownerTries }) => ended && ownerTries <= 2)).toEqual([])
  })

  it('at a random pace is shut out', () => {
    const random = randomFrom(7)
    const runs = Array.from({ length: 3000 }, (_, seed): Theft => {
      const pace = Math.floor(second * 3600 ** random())
      return { seed, pace, retryAfter: Math.floor(anyRetry(random)) }
    })
    const fails = failures(runs, (r) => r.ended && !r.bothCommitted && r.ownerTries <= 2)
    process.stdout.write(`second try: ${fails.length} ${fails.slice(0, 3).join('\n')}\n`)
    expect(failures(runs, (r) => r.ended && !r.bothCommitted && r.ownerTries <= 3)).toEqual([])
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

describe('a client that adopts no new token', () => {
  function presentLogin(pace: number, until: number, rules?: SimulationRules) {
    const session = simulateSession(0, rules)
    const warnings: number[] = []
    for (let at = 0; at <= until; at += pace) {
      const { outcome, warn } = session.refresh(session.login, at)
      if (warn) warnings.push(at)
      if (outcome !== 'forked') return { outcome, at, warnings }
    }
    return { outcome: 'forked', at: until, warnings }
  }

  it.each([minute, 5 * minute, accessLifetime])('is ended, at a pace of %i ms', (pace) => {
    expect(presentLogin(pace, day)).toEqual({
      outcome: 'not_adopted',
      at: 19 * accessLifetime,
      warnings: [2 * accessLifetime],
    })
  })

  it('would stay in, and its thief with it, if forks were not counted', () => {
    const decide: typeof decideRefresh = (session, presented, now, policy) =>
      decideRefresh(session, presented, now, { ...policy, accessLifetime: 365 * day })
    expect(presentLogin(minute, day, { decide }).outcome).toBe('forked')
  })
})

describe('the scenarios', () => {
  const answers = (session: ReturnType<typeof simulateSession>) => (presented: number[]) => presented
  void answers

  it.each([
    ['2 s', 2 * second],
    ['10 min', 10 * minute],
  ])('an answer that was lost can be asked for again %s later', (_name, wait) => {
    const session = simulateSession(0)
    expect(session.refresh(session.login, 0).outcome).toBe('forked')
    const { token = session.login } = session.refresh(session.login, wait)
    const lost = session.refresh(token, hour)
    expect(lost.outcome).toBe('committed')
    expect(session.refresh(token, hour + wait).outcome).toBe('forked')
  })

  it('two tabs refresh at once and the older answer lands last', () => {
    const session = simulateSession(0)
    const { token: older = session.login } = session.refresh(session.login, 0)
    session.refresh(session.login, 5)
    expect(session.refresh(older, accessLifetime).outcome).toBe('committed')
  })

  it('the store fails over and loses the last second', () => {
    const session = simulateSession(0)
    const { token: second1 = session.login } = session.refresh(session.login, minute)
    const { token: third = session.login } = session.refresh(second1, hour)
    const { token: fourth = session.login } = session.refresh(third, hour + 500)
    session.failOver(hour - 500)
    expect(session.refresh(fourth, 2 * hour).outcome).toBe('recovered')
  })

  it.each([
    ['2 s', 2 * second],
    ['10 min', 10 * minute],
  ])('a thief %s behind the owner is caught', (_name, behind) => {
    const session = simulateSession(0)
    let owner = session.login
    let thief = session.login
    const seen: string[] = []
    for (let round = 0; round < 6 && !session.isEnded(); round += 1) {
      const first = session.refresh(owner, round * hour)
      const after = session.refresh(thief, round * hour + behind)
      owner = first.token ?? owner
      thief = after.token ?? thief
      seen.push(first.outcome, after.outcome)
    }
    const caught = behind < 10 * second ? ['superseded', 'committed', 'replayed'] : ['replayed']
    expect(seen).toEqual(['forked', 'forked', 'committed', ...caught])
    expect(session.isEnded()).toBe(true)
  })
})
