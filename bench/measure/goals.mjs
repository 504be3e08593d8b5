// The goals: ratios of two candidates in the same round.
import { median, rounded } from './figures.mjs'
import { ratios } from './rounds.mjs'

/**
 * @param goal [id, id of what it is compared with, bound, 'atLeast' or 'atMost', id of the limit: of a
 * server that does less than any library must].
 * @returns nothing when one of the first two was not measured.
 */
export function goalOf(rows, [of, to, bound, kind = 'atLeast', limitOf], key) {
  const [row, base, limit] = [of, to, limitOf].map((wanted) => rows.find(({ id }) => id === wanted))
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
      ...(limit && { limit: rounded(median(ratios(limit, base, key))) }),
      met: meets(kind, value, bound),
    },
  ]
}

/** A goal that is no ratio. @param limit what the limit came to. */
export const absoluteGoal = (goal, value, bound, kind = 'atMost', limit = undefined) => ({
  ...{ goal, kind, bound, value: rounded(value), met: meets(kind, value, bound) },
  ...(limit !== undefined && { limit: rounded(limit) }),
})

const meets = (kind, value, bound) => (kind === 'atLeast' ? value >= bound : value <= bound)
