/**
 * What is given to those who open stores themselves, checked by kind: a lifetime that is missing
 * would make sessions that never end, or have ended already.
 */

import type { SessionLifetimes } from '../sessions/session.ts'
import type { Kind } from '../shapes/option-shapes.ts'
import { kindOf } from '../shapes/shown.ts'

interface Checked extends Kind {
  readonly isNeeded?: boolean
}

export const needed = (kind: Kind): Checked => ({ ...kind, isNeeded: true })

export const milliseconds: Kind = {
  wanted: 'a number of milliseconds above 0',
  fits: (value) => typeof value === 'number' && value > 0,
}

export const store: Kind = {
  wanted: 'a store',
  fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

export const lifetimes: Readonly<Record<keyof SessionLifetimes, Checked>> = {
  accessLifetime: needed(milliseconds),
  inactivityTimeout: needed(milliseconds),
  absoluteLifetime: needed(milliseconds),
}

/**
 * Other options may be there as well: `resolveOptions` and tests hand over all they have.
 *
 * @throws TypeError naming every option that is missing or of a wrong kind; no value is in it.
 */
export function checkStoreOptions(
  name: string,
  given: unknown,
  options: Readonly<Record<string, Checked>>,
): void {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  if (!isObject) throw new TypeError(`${name} must be given an object, got ${kindOf(given)}`)
  const values = given as Readonly<Record<string, unknown>>
  const mistakes = Object.entries(options).flatMap(([option, kind]) => {
    const value = values[option]
    if (kind.fits(value) || (value === undefined && !kind.isNeeded)) return []
    return [`${option} must be ${kind.wanted}, got ${kindOf(value)}`]
  })
  if (mistakes.length === 0) return
  const missing = kindOf(given) === 'a promise' ? ' (await it first)' : ''
  throw new TypeError(`${name}: ${mistakes.join('; ')}${missing}`)
}
