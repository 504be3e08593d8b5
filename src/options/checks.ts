/** Checks of single option values. A mistake is noted, and a value that keeps the rest going returned. */

import { type Duration, parseDuration } from '../duration.ts'
import { shown } from '../shapes/shown.ts'

export interface Checks {
  readonly mistakes: string[]
  /** Milliseconds between `least` and `most`. */
  duration(path: string, value: Duration, least: number, most: number): number
  /** A whole number in the range; with `orOff`, `'off'` is no limit at all. */
  whole(
    path: string,
    value: unknown,
    range: { readonly least: number; readonly most: number; readonly orOff?: boolean },
  ): number
  flag(path: string, value: boolean): boolean
  oneOf<T extends string>(path: string, value: T, allowed: readonly [T, ...T[]]): T
  /** A web origin without path. */
  origin(path: string, value: string): string
}

export function createChecks(): Checks {
  const mistakes: string[] = []
  return {
    mistakes,
    duration: (path, value, least, most) => {
      const milliseconds = parseDuration(value)
      if (milliseconds === undefined) {
        mistakes.push(
          `${path} must be a duration such as '15m' or a number of seconds, got ${shown(value)}`,
        )
      } else if (milliseconds < least) {
        mistakes.push(`${path} must be at least '${least / 1000}s', got ${shown(value)}`)
      } else if (milliseconds > most) {
        mistakes.push(`${path} must be at most '${most / 1000}s', got ${shown(value)}`)
      }
      return milliseconds ?? least
    },
    whole: (path, value, { least, most, orOff = false }) => {
      if (orOff && value === 'off') return Number.POSITIVE_INFINITY
      if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
        return value
      }
      const range = `a whole number from ${least} to ${most}${orOff ? " or 'off'" : ''}`
      mistakes.push(`${path} must be ${range}, got ${shown(value)}`)
      return least
    },
    flag: (path, value) => {
      if (typeof value === 'boolean') return value
      mistakes.push(`${path} must be true or false, got ${shown(value)}`)
      return false
    },
    oneOf: (path, value, allowed) => {
      const found = allowed.find((one) => one === value)
      if (found !== undefined) return found
      mistakes.push(`${path} must be one of ${allowed.join(', ')}, got ${shown(value)}`)
      return allowed[0]
    },
    origin: (path, value) => {
      if (!URL.canParse(value) || new URL(value).origin !== value) {
        mistakes.push(
          `${path} must hold origins such as 'https://app.example', got ${shown(value)}`,
        )
      }
      return value
    },
  }
}
