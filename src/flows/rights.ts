/** Names of roles and scopes: what an access token can carry (RFC 6749 §3.3). */

import { AuthError, type FieldProblem } from '../errors.ts'
import { isRightName } from '../tokens/right-name.ts'

export interface Rights {
  readonly roles?: readonly string[] | undefined
  readonly scopes?: readonly string[] | undefined
}

const mostNames = 50
/** As JSON. Both lists and the application's claims then fit into the longest token (8 KB). */
const mostCharacters = 1024

/**
 * Checks both lists and takes out names that are there twice.
 *
 * @throws AuthError `invalid_request` with the reason in `fields`.
 */
export function checkRights({ roles, scopes }: Rights): {
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
} {
  const fields: FieldProblem[] = []
  const checked = (field: 'roles' | 'scopes', given: readonly string[] | undefined) => {
    if (given === undefined) return {}
    const message = problemOf(given)
    if (message === undefined) return { [field]: [...new Set(given)] }
    fields.push({ field, message })
    return {}
  }
  const rights = { ...checked('roles', roles), ...checked('scopes', scopes) }
  if (fields.length > 0) throw new AuthError('invalid_request', { fields })
  return rights
}

/** Callers may be untyped, so nothing is taken for granted. */
function problemOf(given: unknown): string | undefined {
  if (!Array.isArray(given)) return 'must be a list of names'
  if (given.length > mostNames) return `can hold at most ${mostNames} names`
  if (!given.every(isRightName)) {
    return 'must hold names of 1 to 64 printable ASCII characters without space, comma, quote and backslash'
  }
  if (JSON.stringify(given).length > mostCharacters) {
    return `can hold at most ${mostCharacters} characters in all`
  }
  return undefined
}
