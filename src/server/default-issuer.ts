/** In development the issuer is where the server listens, so that what it prints can be pasted. */

import type { AuthOptions } from '../options/auth-options.ts'
import type { Environment } from '../options/environment.ts'
import type { ServerSettings } from './environment.ts'

export function withIssuer(
  { host, production, options }: ServerSettings,
  port: number,
  environment: Environment,
): AuthOptions {
  const isNamed = options.issuer !== undefined || environment.COUNTERSIGN_ISSUER?.trim()
  if (production || isNamed) return options
  const isWildcard = host === '0.0.0.0' || host === '::'
  const name = isWildcard ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return { ...options, issuer: `http://${name}:${port}` }
}
