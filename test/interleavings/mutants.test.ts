/** Each step of an ending and of a refresh is needed: without it some interleaving breaks a promise. */

import { describe, expect, test } from 'vitest'
import { explore } from './explore.ts'
import { mutants } from './mutants.ts'
import { scenarios } from './scenarios.ts'

describe('I1, I2, I3: a step that is left out gives a counter-example', () => {
  test.each(mutants)('$name', { timeout: 60_000 }, async ({ scenario, sabotage, violates }) => {
    const { violation } = await explore(scenarios[scenario], sabotage)
    expect(violation).toMatch(violates)
  })
})
