/** What the HTTP side works on: the flows' context, the guard's verifier and the settings. */

import type { FlowContext } from '../flows/context.ts'
import type { GuardVerifier } from '../verifier/legacy-acceptance.ts'
import type { Verifier } from '../verifier/verifier.ts'
import type { HttpSettings } from './settings.ts'

export interface HttpCore {
  readonly context: FlowContext
  readonly verifier: Verifier
  /** The same, and with `acceptLegacy` old tokens too: for routes that need no session. */
  readonly guardVerifier: GuardVerifier
  readonly settings: HttpSettings
  /** Public keys, RFC 7517. */
  readonly jwks: () => { readonly keys: readonly object[] }
}
