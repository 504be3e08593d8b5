/** Hands tokens over: in the body, or in cookies with a body that names none. */

import type { TokenBody, Transport } from '../wire.ts'
import { clearedCookies, type HandedTokens, tokenCookies } from './cookies.ts'
import { emptyResponse, type HttpResponse, jsonResponse } from './response.ts'
import type { HttpSettings } from './settings.ts'

export function tokenResponse(
  settings: HttpSettings,
  transport: Transport,
  tokens: HandedTokens,
  { status = 200, ...rest }: { readonly status?: number; readonly user?: unknown } = {},
): HttpResponse {
  const { accessToken, refreshToken, expiresIn, deviceToken } = tokens
  if (transport === 'cookie') {
    const headers = { 'Set-Cookie': tokenCookies(settings, tokens) }
    return jsonResponse(status, { ...rest, expiresIn }, headers)
  }
  const pair: Omit<TokenBody, 'deviceToken'> = {
    accessToken,
    refreshToken,
    tokenType: 'Bearer',
    expiresIn,
  }
  // JSON leaves out what is undefined.
  return jsonResponse(status, { ...rest, ...pair, deviceToken })
}

/** The answer to whoever has no session any more: 204, and in cookie mode the cookies are cleared. */
export function loggedOutResponse(settings: HttpSettings, transport: Transport): HttpResponse {
  return emptyResponse(transport === 'cookie' ? { 'Set-Cookie': clearedCookies(settings) } : {})
}
