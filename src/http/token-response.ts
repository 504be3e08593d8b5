/** Hands tokens over: in the body, or in two cookies with a body that names none. */

import type { IssuedTokens } from '../flows/context.ts'
import type { TokenBody, Transport } from '../wire.ts'
import { clearedCookies, tokenCookies } from './cookies.ts'
import { emptyResponse, type HttpResponse, jsonResponse } from './response.ts'
import type { HttpSettings } from './settings.ts'

export function tokenResponse(
  settings: HttpSettings,
  transport: Transport,
  tokens: IssuedTokens,
  { status = 200, ...rest }: { readonly status?: number; readonly user?: unknown } = {},
): HttpResponse {
  const { accessToken, refreshToken, expiresIn } = tokens
  if (transport === 'cookie') {
    const headers = { 'Set-Cookie': tokenCookies(settings, tokens) }
    return jsonResponse(status, { ...rest, expiresIn }, headers)
  }
  const body: TokenBody = { accessToken, refreshToken, tokenType: 'Bearer', expiresIn }
  return jsonResponse(status, { ...rest, ...body })
}

/** The answer to whoever has no session any more: 204, and in cookie mode the cookies are cleared. */
export function loggedOutResponse(settings: HttpSettings, transport: Transport): HttpResponse {
  return emptyResponse(transport === 'cookie' ? { 'Set-Cookie': clearedCookies(settings) } : {})
}
