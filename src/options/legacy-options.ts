/** The options for access tokens from before. `legacy-settings.ts` checks them. */

import type { LegacyAlgorithm } from '../tokens/legacy-token.ts'
import type { JsonObject } from '../tokens/strict-json.ts'

export interface AcceptLegacyOption {
  /** The secret that signed the old tokens. Never one of `secret`. */
  readonly secret: string
  /**
   * From then on none is accepted: a date, or ISO 8601 such as `'2027-01-31'` (midnight UTC). At
   * most 90 days ahead. A token with an earlier `exp` ends then.
   */
  readonly until: string | Date
  /** @default 'HS256' */
  readonly algorithm?: LegacyAlgorithm
  /**
   * The claim that names the user, or a function of the claims; undefined refuses the token, as it
   * must for tokens of other kinds that the same secret has signed (refresh, password reset).
   * @default 'id'
   */
  readonly subject?: string | ((claims: JsonObject) => string | undefined)
  /** Roles of somebody who is no account yet; of an account its own count. @default none */
  readonly roles?: (claims: JsonObject) => readonly string[]
}
