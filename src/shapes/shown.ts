/** Says in a sentence what was given in the place of something else. Never throws, never long. */

const longest = 60

/** The value of a text, number or boolean, as in `got '7'`; of anything else the kind. */
export function shown(value: unknown): string {
  const isPlain = ['string', 'number', 'boolean', 'bigint'].includes(typeof value)
  if (!isPlain) return kindOf(value)
  // Nothing that ends a line of a log.
  const text = String(value).replace(/\p{Cc}/gu, '?')
  return `'${text.length > longest ? `${text.slice(0, longest)}…` : text}'`
}

/** The kind without the value, for what may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'object') return isPromise(value) ? 'a promise' : 'an object'
  return `a ${typeof value}`
}

/** What `await` waits for. */
export const isPromise = (value: object): boolean =>
  'then' in value && typeof value.then === 'function'
