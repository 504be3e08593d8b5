import { describe, expect, it } from 'vitest'
import { decideRefresh } from '../../src/sessions/decide-refresh.ts'
import { accessLifetime, day, hour, minute, now, second } from './rotation-fixtures.ts'
import { type SimulationRules, simulateSession } from './simulated-session.ts'

describe('the scenarios', () => {
  it.each([
    ['2 s', 2 * second],
    ['10 min', 10 * minute],
  ])('M12: an answer that was lost can be asked for again %s later', (_name, wait) => {
    const session = simulateSession(now)
    expect(session.refresh(session.login, now).outcome).toBe('forked')
    const { token = session.login } = session.refresh(session.login, now + wait)
    const lost = session.refresh(token, now + hour)
    expect(lost.outcome).toBe('committed')
    expect(session.refresh(token, now + hour + wait).outcome).toBe('forked')
  })

  it('M13: two tabs refresh at once and the older answer lands last', () => {
    const session = simulateSession(now)
    const { token: older = session.login } = session.refresh(session.login, now)
    session.refresh(session.login, now + 5)
    expect(session.refresh(older, now + accessLifetime).outcome).toBe('committed')
  })

  it('the store fails over and loses the last second', () => {
    const session = simulateSession(now)
    const { token: next = session.login } = session.refresh(session.login, now + minute)
    const { token: third = session.login } = session.refresh(next, now + hour)
    const { token: fourth = session.login } = session.refresh(third, now + hour + 500)
    session.failOver(now + hour - 500)
    expect(session.refresh(fourth, now + 2 * hour).outcome).toBe('recovered')
  })

  it.each([
    ['2 s', 2 * second],
    ['10 min', 10 * minute],
  ])('a thief %s behind the owner is caught', (_name, behind) => {
    const session = simulateSession(now)
    let owner = session.login
    let thief = session.login
    const seen: string[] = []
    for (let round = 0; round < 6 && !session.isEnded(); round += 1) {
      const first = session.refresh(owner, now + round * hour)
      const after = session.refresh(thief, now + round * hour + behind)
      owner = first.token ?? owner
      thief = after.token ?? thief
      seen.push(first.outcome, after.outcome)
    }
    // Two seconds behind it is late twice: see I2.
    const caught =
      behind < 10 * second
        ? ['superseded', 'committed', 'superseded', 'committed', 'replayed']
        : ['replayed']
    expect(seen).toEqual(['forked', 'forked', 'committed', ...caught])
    expect(session.isEnded()).toBe(true)
  })
})

describe('a client that adopts no new token', () => {
  function presentLogin(pace: number, until: number, rules?: SimulationRules) {
    const session = simulateSession(now, rules)
    const warnings: number[] = []
    for (let at = 0; at <= until; at += pace) {
      const { outcome, warn } = session.refresh(session.login, now + at)
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
