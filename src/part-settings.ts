/** What single parts are told of the options: each sees only its own. */

import type { AccountPolicy } from './flows/context.ts'
import { createClientAddress } from './http/client-address.ts'
import type { HttpSettings } from './http/settings.ts'
import { isLoopback } from './options/issuer-url.ts'
import type { ResolvedOptions } from './options/resolve-options.ts'
import type { RefreshPolicy } from './sessions/decide-refresh.ts'

export const refreshPolicyOf = (options: ResolvedOptions): RefreshPolicy => ({
  rotation: options.rotation,
  inactivityTimeout: options.inactivityTimeout,
  absoluteLifetime: options.absoluteLifetime,
  accessLifetime: options.accessLifetime,
  restoreMissing: false,
})

export const accountPolicyOf = (options: ResolvedOptions): AccountPolicy => ({
  username: options.username,
  email: options.email,
  reservedNames: options.reservedNames,
  loginOnRegister: options.loginOnRegister,
  passwordMinLength: options.passwordMinLength,
  passwordContextWords: options.passwordContextWords,
  sessionLimit: options.sessionLimit,
})

export const httpSettingsOf = (
  options: ResolvedOptions,
  report: (error: unknown) => void,
): HttpSettings => ({
  issuer: options.issuer,
  basePath: options.basePath,
  secureCookies: !isLoopback(options.issuer),
  renewInGuard: options.renewInGuard,
  ownOrigin: new URL(options.issuer).origin,
  anyLoopbackOrigin: options.issuerIsDefault,
  origins: options.origins,
  signingAlgorithm: options.algorithm,
  clientAddress: createClientAddress(options.trustedProxies, report),
})
