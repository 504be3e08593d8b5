import { describe, expect, it } from 'vitest'
import { type Exploration, explore } from './model/explore.ts'
import { mutants } from './model/mutants.ts'
import type { Rules } from './model/refresh-step.ts'
import type { Budget } from './model/state.ts'

function exploreWith(budget: Partial<Budget>, rules: Partial<Rules>): Exploration {
  return explore({ failovers: 0, wipes: 0, thefts: 0, logouts: 0, ...budget }, rules)
}

describe('G15: without one of its rules the model finds a counter-example', () => {
  it.each(mutants)('$name', ({ budget, rules, violates }) => {
    expect(exploreWith(budget, rules).violation).toMatch(violates)
  })
})

// Each bound is where the invariants say it is: one step beyond there is a counter-example.
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

  it('I2: a rollback after the theft gives the other one refresh more', () => {
    const rules = { maxGeneration: 4, allowedByLoss: 0 }
    expect(exploreWith({ thefts: 1, failovers: 1 }, rules).violation).toMatch(/^I2: both/)
  })

  it('I2: it takes a token at least two generations ahead to gain by a wipe', () => {
    const rules = { maxGeneration: 3, allowedByLoss: 0 }
    expect(exploreWith({ thefts: 1, wipes: 1 }, rules).violation).toBeUndefined()
  })
})
