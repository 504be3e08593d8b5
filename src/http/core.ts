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
  readonly load: LazyParts
}

type RefreshPart = typeof import('../flows/refresh.ts')

/**
 * What the guard and the form routes load when they need it. The loaders come with the instance, so
 * that a bundle which only checks tokens holds nothing of them.
 */
export interface LazyParts {
  readonly refresh: () => RefreshPart | Promise<RefreshPart>
  /** `form-actions.ts`; its type would be a cycle here. */
  readonly forms: () => Promise<unknown>
}

/** What a guard works on in a service that only checks tokens: no cookies, no store. */
export interface CheckingCore {
  /** None: a token comes in the Authorization header, or not at all. */
  readonly settings: undefined
  readonly guardVerifier: Pick<Verifier, 'verify'>
  readonly context: Pick<FlowContext, 'now'>
}

export type GuardCore = HttpCore | CheckingCore

/** What `requireAuth` takes: an `Auth`, or a verifier of `countersign/verifier`. */
export interface TokenChecker {
  /** For adapters. */
  readonly http: { readonly core: GuardCore }
}
