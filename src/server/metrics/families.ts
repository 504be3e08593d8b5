/**
 * Metrics as numbers with names: how those of several processes become one, and the text format of
 * Prometheus. Label values are words of our own, with nothing in them to escape.
 */

export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** What several processes together have; counters and histograms are added up. */
  readonly together: 'sum' | 'least' | 'most'
  readonly samples: readonly Sample[]
}

/** What follows the name, as `{type="login_failed"}` or '', and the value. */
export type Sample = readonly [series: string, value: number]

/** What has been counted, which a process that has ended leaves behind. */
export const isCounted = ({ type }: Family): boolean => type !== 'gauge'

/** @param suffix as histograms have, with `_`. */
export function series(labels: Readonly<Record<string, string>>, suffix = ''): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
  return pairs.length === 0 ? suffix : `${suffix}{${pairs.join(',')}}`
}

const join = {
  sum: (one: number, other: number) => one + other,
  least: Math.min,
  most: Math.max,
}

/** @param processes the families of each; a family that one of them lacks is that of the others. */
export function joinFamilies(processes: readonly (readonly Family[])[]): readonly Family[] {
  const joined = new Map<string, Family & { readonly values: Map<string, number> }>()
  for (const family of processes.flat()) {
    const { values } = joined.get(family.name) ?? { values: new Map<string, number>() }
    for (const [key, value] of family.samples) {
      const before = values.get(key)
      values.set(key, before === undefined ? value : join[family.together](before, value))
    }
    joined.set(family.name, { ...family, values })
  }
  return [...joined.values()].map(({ values, ...family }) => ({ ...family, samples: [...values] }))
}

/** The text exposition format, version 0.0.4. */
export function formatFamilies(families: readonly Family[]): string {
  return families.map(formatFamily).join('')
}

function formatFamily({ name, type, help, samples }: Family): string {
  const lines = samples.map(([key, value]) => `${name}${key} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
