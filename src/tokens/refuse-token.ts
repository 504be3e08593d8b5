/**
 * The one way an access token is refused: `invalid_token` to the outside, the reason inside.
 */

import { AuthError } from '../errors.ts'

/**
 * Refuses an access token.
 *
 * @param reason for the log; never holds a part of the token.
 * @throws AuthError `invalid_token`
 */
export function refuseToken(reason: string): never {
  throw new AuthError('invalid_token', { cause: reason })
}
