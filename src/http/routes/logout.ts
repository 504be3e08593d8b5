/** Log-out: of one session, named by whatever credential the client still has, and of all. */

import { AuthError } from '../../errors.ts'
import { logout, logoutAll, repeatLogoutAll } from '../../flows/logout.ts'
import { paths } from '../../wire.ts'
import { readBody } from '../body.ts'
import type { HttpCore } from '../core.ts'
import { requireOwnRequest } from '../csrf.ts'
import { findAccessToken, requireAccessToken } from '../guard.ts'
import { refreshCookies } from '../refresh-cookies.ts'
import type { HttpResponse } from '../response.ts'
import type { Call, Route } from '../route.ts'
import { loggedOutResponse } from '../token-response.ts'

export const logoutRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: paths.logout,
    summary: 'End this session',
    body: 'refresh',
    access: 'open',
    findsCredentials: true,
    success: { status: 204 },
    handle: handleLogout,
  },
  {
    method: 'POST',
    path: paths.logoutAll,
    summary: 'End every session of the account',
    body: 'empty',
    access: 'open',
    findsCredentials: true,
    success: { status: 204 },
    handle: handleLogoutAll,
  },
]

/**
 * Ends every session that the request proves: access token, body, cookies. Asked again it answers
 * 204 again: a log-out whose answer was lost must not turn into an error.
 */
async function handleLogout({ core, request }: Call): Promise<HttpResponse> {
  const { refreshToken } = await readBody(request, 'refresh')
  const found = findAccessToken(core.settings, request)
  // Bearer mode reads no cookie.
  const isBearer = refreshToken !== undefined || found?.transport === 'bearer'
  const cookies = isBearer ? [] : refreshCookies(core.settings, request)
  const usesCookies = cookies.length > 0 || found?.transport === 'cookie'
  if (found === undefined && refreshToken === undefined && !usesCookies) {
    throw new AuthError('credentials_missing')
  }
  if (usesCookies) requireOwnRequest(core.settings, request)

  // A cookie that is not ours is cleared like any other. With a refresh token beside it, an access
  // token that has expired or ended is no obstacle.
  const genuine = cookies.filter((cookie) => core.context.refreshTokens.open(cookie))
  const tolerant = usesCookies || refreshToken !== undefined
  const caller = found && (await callerOf(core, found.token, tolerant))
  await logout(core.context, { caller, refreshToken })
  for (const cookie of genuine) await logout(core.context, { refreshToken: cookie })
  return loggedOutResponse(core.settings, usesCookies ? 'cookie' : 'bearer')
}

async function handleLogoutAll({ core, request }: Call): Promise<HttpResponse> {
  await readBody(request, 'empty')
  const found = requireAccessToken(core.settings, request)
  const { sub, sid, epoch } = await core.verifier.identify(found.token)
  if (!(await repeatLogoutAll(core.context, sub, epoch))) {
    await core.verifier.verify(found.token)
    await logoutAll(core.context, { accountId: sub, sessionId: sid })
  }
  return loggedOutResponse(core.settings, found.transport)
}

async function callerOf(core: HttpCore, token: string, tolerant: boolean) {
  try {
    const { sub, sid } = await core.verifier.verify(token)
    return { accountId: sub, sessionId: sid }
  } catch (error) {
    if (!(error instanceof AuthError) || error.status !== 401) throw error
    if (tolerant || error.code === 'session_ended') return undefined
    throw error
  }
}
