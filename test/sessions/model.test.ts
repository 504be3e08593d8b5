import { describe, expect, it } from 'vitest'
import { type Exploration, explore } from './model/explore.ts'
import { mutants } from './model/mutants.ts'
import type { Rules } from './model/refresh-step.ts'
import type { Budget } from './model/state.ts'

const timeout = 60_000

function exploreWith(budget: Partial<Budget>, rules: Partial<Rules>): Exploration {
  return explore({ failovers: 0, wipes: 0, thefts: 0, logouts: 0, ...budget }, rules)
}

describe('in every reachable world I1, I2 and I3 hold', () => {
  it.each<[string, Partial<Budget>, number, number]>([
    ['loss and reordering', {}, 5, 300],
    ['two failovers, a wipe and a log-out', { failovers: 2, wipes: 1, logouts: 1 }, 5, 20_000],
    ['a theft', { thefts: 1 }, 5, 30_000],
    ['a theft and a log-out', { thefts: 1, logouts: 1 }, 4, 20_000],
    ['a theft and a failover', { thefts: 1, failovers: 1 }, 4, 200_000],
    ['a theft and a wipe', { thefts: 1, wipes: 1 }, 4, 80_000],
  ])(
    'under %s',
    (_name, budget, maxGeneration, floor) => {
      const t = performance.now()
      const { states, violation, outcomes } = exploreWith(budget, { maxGeneration })
      process.stdout.write(`${_name} ${states} ${performance.now() - t} ${[...outcomes]}\n`)
      expect(violation).toBeUndefined()
      expect(states).toBeGreaterThan(floor)
      const needed = [
        'committed',
        'forked',
        'superseded',
        ...(budget.thefts ? ['replayed'] : []),
        ...(budget.thefts || budget.logouts ? ['ended'] : []),
        ...(budget.failovers || budget.wipes ? ['recovered'] : []),
        ...(budget.wipes ? ['restored'] : []),
      ]
      expect([...outcomes].sort()).toEqual(needed.sort())
    },
    timeout,
  )
})

describe('without one of its rules the model finds a counter-example', () => {
  it.each(mutants)('$name', ({ budget, rules, violates }) => {
    expect(exploreWith(budget, rules).violation).toMatch(violates)
  })
})

describe('the bounds of the invariants are needed', () => {
  it('I1: a client that takes answers to requests it should have given up is refused', () => {
    expect(exploreWith({}, { givesUp: false }).violation).toMatch(/^I1/)
  })

  it('I1: a request may be passed by four commits within ten seconds, not by five', () => {
    expect(exploreWith({}, { maxGeneration: 5 }).violation).toBeUndefined()
    expect(exploreWith({}, { maxGeneration: 6 }).violation).toMatch(/^I1.*replayed/)
  })

  it('I2: a second try can be late once more, when the other has just committed again', () => {
    const rules = { maxGeneration: 5, endsAtTry: 2 }
    expect(exploreWith({ thefts: 1 }, rules).violation).toMatch(/^I2: late at try 2/)
  })

  it.each<[string, Partial<Budget>]>([
    ['rollback', { failovers: 1 }],
    ['wipe', { wipes: 1 }],
  ])('I2: a %s after the theft gives the other one refresh more', (_name, loss) => {
    const rules = { maxGeneration: 4, allowedByLoss: 0 }
    expect(exploreWith({ thefts: 1, ...loss }, rules).violation).toMatch(/^I2: both/)
  })

  it('I2: a token one generation ahead of another branch gains nothing by a rollback', () => {
    const rules = { maxGeneration: 3, allowedByLoss: 0 }
    expect(exploreWith({ thefts: 1, failovers: 1 }, rules).violation).toBeUndefined()
  })
})
