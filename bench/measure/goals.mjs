// The goals: ratios of two candidates in the same round.
import { median, rounded } from './figures.mjs'
import { ratios } from './rounds.mjs'

/**
 * @param goal [id, id of what it is compared with, bound, 'atLeast' or 'atMost'].
 * @returns nothing when one of the two was not measured.
 */
export function goalOf(rows, [of, to, bound, kind = 'atLeast'], key) {
  const row = rows.find(({ id }) => id === of)
  const base = rows.find(({ id }) => id === to)
  if (row === undefined || base === undefined) return []
  const all = ratios(row, base, key)
  const value = rounded(median(all))
  const best = rounded(kind === 'atLeast' ? Math.max(...all) : Math.min(...all))
  return [
    {
      goal: `${row.name} against ${base.name}`,
      kind,
      bound,
      value,
      best,
      met: meets(kind, value, bound),
    },
  ]
}

/** A goal that is no ratio. */
export const absoluteGoal = (goal, value, bound, kind = 'atMost') => ({
  ...{ goal, kind, bound, value: rounded(value), met: meets(kind, value, bound) },
})

const meets = (kind, value, bound) => (kind === 'atLeast' ? value >= bound : value <= bound)
