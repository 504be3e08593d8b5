/** Durations in options: a string such as `'15m'`, `'7d'`, `'30s'`, `'2h'`, or a number of seconds. */

export type Duration = string | number

const unitMilliseconds: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** @returns milliseconds, or undefined when the value is no duration. */
export function parseDuration(value: Duration): number | undefined {
  const text = typeof value === 'number' ? `${value}s` : value
  // A list such as ['15m'] would be read as its only member.
  if (typeof text !== 'string') return undefined
  const match = /^(\d{1,8})([smhd]?)$/.exec(text)
  if (match === null) return undefined
  return Number(match[1]) * (unitMilliseconds[match[2] || 's'] as number)
}
