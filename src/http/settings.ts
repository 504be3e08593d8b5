/** What HTTP needs to know of the configuration; decided once, from options, never from a request. */

import type { ClientAddress } from './client-address.ts'

export interface HttpSettings {
  readonly issuer: string
  readonly basePath: string
  /** `Secure` and the name prefixes; false only where the issuer is http on this machine. */
  readonly secureCookies: boolean
  /** The guard renews by the refresh cookie, which then is for every path. */
  readonly renewInGuard: boolean
  readonly ownOrigin: string
  /** True when nobody named an issuer: any port of this machine is the application's own. */
  readonly anyLoopbackOrigin: boolean
  readonly origins: readonly string[]
  readonly signingAlgorithm: string
  /** Whose request it is, where proxies may be in front. */
  readonly clientAddress: ClientAddress
}

/** True for an origin that is the application's own or was listed. */
export function isKnownOrigin(settings: HttpSettings, origin: string): boolean {
  if (origin === settings.ownOrigin || settings.origins.includes(origin)) return true
  return settings.anyLoopbackOrigin && loopbackOrigin.test(origin)
}

const loopbackOrigin = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/
