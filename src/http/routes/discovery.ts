/** Routes for other services: public keys, metadata, OpenAPI and forward-auth. */

import { AuthError } from '../../errors.ts'
import { paths } from '../../wire.ts'
import { guard, noRequirements } from '../guard.ts'
import type { GuardRequest } from '../request.ts'
import { emptyResponse, type HttpResponse, jsonResponse } from '../response.ts'
import type { Call, Route } from '../route.ts'
import type { HttpSettings } from '../settings.ts'

export const discoveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: paths.jwks,
    summary: 'Public keys that verify access tokens (RFC 7517)',
    access: 'open',
    success: { status: 200, schema: 'JsonWebKeySet' },
    handle: async ({ core }) => jsonResponse(200, core.jwks(), cacheable),
  },
  {
    method: 'GET',
    path: paths.metadata,
    summary: 'Server metadata (RFC 8414)',
    access: 'open',
    success: { status: 200, schema: 'Metadata' },
    handle: async ({ core }) => metadataResponse(core.settings),
  },
  {
    method: 'GET',
    path: paths.check,
    anyMethod: true,
    summary: 'Forward-auth for reverse proxies: 204 with X-Auth-… headers, or 401',
    access: 'open',
    success: { status: 204 },
    handle: handleCheck,
  },
]

const headerText = /^[\x21-\x7e]+$/
const cacheable = { 'Cache-Control': 'public, max-age=300' }

/** RFC 8414; also served at the root place that its §3.1 names. */
export function metadataResponse(settings: HttpSettings): HttpResponse {
  const base = `${settings.ownOrigin}${settings.basePath}`
  return jsonResponse(
    200,
    {
      issuer: settings.issuer,
      jwks_uri: `${base}${paths.jwks}`,
      response_types_supported: [],
      grant_types_supported: [],
      access_token_signing_alg_values_supported: [settings.signingAlgorithm],
      service_documentation: `${base}${paths.openapi}`,
    },
    cacheable,
  )
}

/** The CSRF rule is for the client's method: named in a header, or passed on as it is. */
async function handleCheck({ core, request }: Call): Promise<HttpResponse> {
  const forwarded: GuardRequest = {
    method: request.header('x-forwarded-method')?.toUpperCase() ?? request.method,
    header: request.header,
    repeatedAuthorization: request.repeatedAuthorization,
  }
  const claims = await guard(core, forwarded, noRequirements)
  // Of an old token it can be any text, and one that no header holds must not become another one.
  if (!headerText.test(claims.sub)) throw new AuthError('invalid_token')
  return emptyResponse({
    'X-Auth-Subject': claims.sub,
    ...(claims.sid !== '' && { 'X-Auth-Session': claims.sid }),
    'X-Auth-Roles': claims.roles.join(','),
    'X-Auth-Scope': claims.scope,
  })
}
