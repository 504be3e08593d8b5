/** Routes that hand out tokens: register, log in, refresh. */

import { AuthError } from '../../errors.ts'
import { login } from '../../flows/login.ts'
import { refresh } from '../../flows/refresh.ts'
import { register } from '../../flows/register.ts'
import { paths } from '../../wire.ts'
import { readBody } from '../body.ts'
import { isOwnRequest, requireOwnRequest } from '../csrf.ts'
import { problemResponse } from '../problem.ts'
import {
  bothForms,
  cookiesAfterRefusal,
  presentedRefreshCookie,
  refreshCookies,
} from '../refresh-cookies.ts'
import { type HttpResponse, jsonResponse, withHeaders } from '../response.ts'
import { type Call, deviceOf, type Route } from '../route.ts'
import { tokenResponse } from '../token-response.ts'

export const loginRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: paths.register,
    summary: 'Make an account',
    body: 'register',
    refusal: ({ context }) => context.passwords.refusal(),
    access: 'open',
    success: { status: 201, schema: 'Registered' },
    handle: handleRegister,
  },
  {
    method: 'POST',
    path: paths.login,
    summary: 'Log in and receive an access token and a refresh token',
    body: 'login',
    refusal: ({ context }) => context.passwords.refusal(),
    access: 'open',
    success: { status: 200, schema: 'LoggedIn' },
    handle: handleLogin,
  },
  {
    method: 'POST',
    path: paths.refreshToken,
    summary: 'Exchange a refresh token (or the refresh cookie) for a new pair',
    body: 'refresh',
    access: 'open',
    success: { status: 200, schema: 'Tokens' },
    handle: handleRefresh,
  },
]

async function handleRegister(call: Call): Promise<HttpResponse> {
  const { core, request } = call
  const { transport = 'bearer', ...input } = await readBody(request, 'register')
  if (transport === 'cookie') requireOwnRequest(core.settings, request)
  const { user, session, deviceToken } = await register(core.context, input, deviceOf(call))
  if (session === undefined) return jsonResponse(201, { user })
  return tokenResponse(core.settings, transport, { ...session, deviceToken }, { status: 201, user })
}

async function handleLogin(call: Call): Promise<HttpResponse> {
  const { core, request } = call
  const body = await readBody(request, 'login')
  const { transport = 'bearer', deviceToken, ...input } = body
  if (transport === 'cookie') requireOwnRequest(core.settings, request)
  const isOwn = isOwnRequest(core.settings, request)
  const earlierRefreshTokens = isOwn ? refreshCookies(core.settings, request) : []
  const sent = transport === 'cookie' ? bothForms(core.settings, request, 'device') : []
  const deviceTokens = deviceToken === undefined ? sent : [deviceToken]
  const credentials = { ...input, earlierRefreshTokens, deviceTokens }
  const { user, session, ...device } = await login(core.context, credentials, deviceOf(call))
  return tokenResponse(core.settings, transport, { ...session, ...device }, { user })
}

async function handleRefresh({ core, request }: Call): Promise<HttpResponse> {
  const { refreshToken } = await readBody(request, 'refresh')
  if (refreshToken !== undefined) {
    return tokenResponse(core.settings, 'bearer', await refresh(core.context, refreshToken))
  }
  const cookie = presentedRefreshCookie(core, request)
  if (cookie === undefined) throw new AuthError('credentials_missing')
  requireOwnRequest(core.settings, request)
  try {
    return tokenResponse(core.settings, 'cookie', await refresh(core.context, cookie))
  } catch (error) {
    const cleared = cookiesAfterRefusal(core.settings, error)
    if (cleared.length === 0) throw error
    return withHeaders(problemResponse(error), { 'Set-Cookie': cleared })
  }
}
