/**
 * The shape of an object of options: which names there are, and what kind of value each takes.
 *
 * A name that is misspelt is a mistake and not silently left out: a typo in the name of a protection
 * would lift it. So would a value of the wrong kind that is read as if it were not there. Messages
 * never hold a value, which may be a secret. Ranges and forms are checked where options are resolved.
 */

import { kindOf } from './shown.ts'
import { suggestion } from './suggestion.ts'

/** A kind of value. */
export interface Kind {
  /** As in `must be a text`. */
  readonly wanted: string
  fits(value: unknown): boolean
}

/** An object of options. */
export interface GroupShape {
  readonly names: Shapes
  /** A single value that may stand there as well, such as `'off'`. */
  readonly or?: Kind
}

export interface Shapes {
  readonly [name: string]: Kind | GroupShape
}

/** The shapes of all options that a type has, so that none can be forgotten. */
export type ShapesOf<Options> = { readonly [Name in keyof Required<Options>]: Kind | GroupShape }

const isText = (value: unknown): boolean => typeof value === 'string'
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

export const kinds = Object.freeze({
  /** Judged whole where the options are resolved, whatever it is. */
  judged: { wanted: 'anything', fits: () => true },
  text: { wanted: 'a text', fits: isText },
  texts: { wanted: 'a list of texts', fits: areTexts },
  secrets: {
    wanted: 'a text or a list of texts',
    fits: (value) => isText(value) || areTexts(value),
  },
  flag: { wanted: 'true or false', fits: (value) => typeof value === 'boolean' },
  function: { wanted: 'a function', fits: (value) => typeof value === 'function' },
  off: { wanted: "'off'", fits: (value) => value === 'off' },
} satisfies Readonly<Record<string, Kind>>)

export interface Fitting<Options> {
  /** Without what does not fit. */
  readonly options: Options
  readonly mistakes: readonly Misfit[]
}

export interface Misfit {
  readonly path: string
  /** A sentence that begins with the path. */
  readonly line: string
}

/** Looks at names and kinds of values. An option that is undefined is one that is left out. */
export function fitShapes<Options extends object>(
  given: Options,
  shapes: Shapes,
): Fitting<Options> {
  if (!isPlainObject(given)) {
    const line = `options must be an object, got ${otherObject(given)}`
    return { options: {} as Options, mistakes: [{ path: 'options', line }] }
  }
  const mistakes: Misfit[] = []
  return { options: fitObject(given, shapes, '', mistakes) as Options, mistakes }
}

function fitObject(given: object, shapes: Shapes, path: string, mistakes: Misfit[]): object {
  const fitting = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    fitting.flatMap(([name, value]) => {
      const own = `${path}${name}`
      const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined
      if (shape === undefined) {
        const line = `${own} is no option${suggestion(name, Object.keys(shapes))}`
        mistakes.push({ path: own, line })
        return []
      }
      const alone = 'names' in shape ? shape.or : shape
      if (alone?.fits(value)) return [[name, value]]
      if ('names' in shape && isPlainObject(value)) {
        return [[name, fitObject(value, shape.names, `${own}.`, mistakes)]]
      }
      mistakes.push({
        path: own,
        line: `${own} must be ${wantedOf(shape)}, got ${otherObject(value)}`,
      })
      return []
    }),
  )
}

function wantedOf(shape: Kind | GroupShape): string {
  if (!('names' in shape)) return shape.wanted
  return shape.or === undefined ? 'an object' : `an object or ${shape.or.wanted}`
}

/**
 * True for a literal, also one from another realm, as test runners have them. What an instance
 * inherits, and what a Map holds, would not be seen.
 */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const otherObject = (value: unknown): string =>
  kindOf(value) === 'an object' && !isPlainObject(value) ? 'an instance of a class' : kindOf(value)
