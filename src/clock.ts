/**
 * The clock: the one file that asks the operating system for the time.
 *
 * Everything else receives a `Clock`, so a test can set it.
 */

/** Returns the present time in milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** Whole seconds, as JWT claims and refresh tokens carry them (RFC 7519 §2, NumericDate). */
export const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** The RFC 3339 form that JSON bodies carry. */
export const toIsoTime = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** @returns milliseconds since 1970, or undefined for what is neither a date nor ISO 8601. */
export function readTime(value: string | Date): number | undefined {
  const isIso =
    typeof value === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(value)
  const time = value instanceof Date ? value.getTime() : isIso ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/**
 * How far the clocks of two processes may differ before the end of a session could be forgotten
 * while an access token of it is still good somewhere. Endings are kept this much longer.
 */
export const toleratedClockDifferenceMilliseconds = 15 * 60_000
