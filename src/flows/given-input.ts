/** What an application hands to a flow, often a request body as it came: are its fields texts? */

import { AuthError } from '../errors.ts'

interface Fields {
  readonly needed?: readonly string[]
  readonly optional: readonly string[]
}

/**
 * Checks kinds, not contents, which the flow judges.
 *
 * @throws AuthError `invalid_request` with the fields that are missing or no texts; so that a query
 * operator in the place of a password, or no body at all, is answered 400 and not 500.
 */
export function requireTexts(input: unknown, { needed = [], optional }: Fields): void {
  const isObject = typeof input === 'object' && input !== null
  const values = isObject ? (input as Readonly<Record<string, unknown>>) : {}
  const wrong = [...needed, ...optional].filter((name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    return typeof value !== 'string' && (value !== undefined || needed.includes(name))
  })
  if (!isObject) {
    throw new AuthError('invalid_request', {
      fields: [{ field: '', message: 'must be an object' }],
    })
  }
  if (wrong.length === 0) return
  const fields = wrong.map((field) => ({ field, message: 'must be a string' }))
  throw new AuthError('invalid_request', { fields })
}
