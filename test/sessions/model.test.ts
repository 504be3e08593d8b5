import { describe, expect, it } from 'vitest'
import { explore } from './model/explore.ts'
import type { Budget } from './model/state.ts'

const timeout = 60_000

const nothing: Budget = { failovers: 0, wipes: 0, thefts: 0, logouts: 0 }

describe('G15, I1, I2, I3: in every reachable world they hold', () => {
  it.each<[string, Partial<Budget>, number, number]>([
    ['loss and reordering', {}, 5, 500],
    ['two failovers, a wipe and a log-out', { failovers: 2, wipes: 1, logouts: 1 }, 5, 40_000],
    ['a theft', { thefts: 1 }, 5, 50_000],
    ['a theft and a log-out', { thefts: 1, logouts: 1 }, 4, 50_000],
    ['a theft and a failover', { thefts: 1, failovers: 1 }, 4, 250_000],
    ['a theft and a wipe', { thefts: 1, wipes: 1 }, 4, 150_000],
  ])(
    'under %s',
    (_name, budget, maxGeneration, floor) => {
      const { states, violation, outcomes } = explore({ ...nothing, ...budget }, { maxGeneration })
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
