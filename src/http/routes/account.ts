/** Routes of the account itself: profile, password, sessions. */

import { changePassword } from '../../flows/change-password.ts'
import { accountExists, deleteAccount, readProfile, updateProfile } from '../../flows/profile.ts'
import { endOwnSession, listSessions } from '../../flows/sessions.ts'
import { paths } from '../../wire.ts'
import { readBody } from '../body.ts'
import { requireAccessToken } from '../guard.ts'
import { emptyResponse, type HttpResponse, jsonResponse } from '../response.ts'
import { type Call, deviceOf, type Route } from '../route.ts'
import { loggedOutResponse, tokenResponse } from '../token-response.ts'

export const accountRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: paths.profile,
    summary: 'Read the account',
    access: 'session',
    success: { status: 200, schema: 'Profile' },
    handle: async ({ core }, { caller }) =>
      jsonResponse(200, { user: await readProfile(core.context, caller) }),
  },
  {
    method: 'PATCH',
    path: paths.profile,
    summary: 'Change the username or the name to show',
    body: 'updateProfile',
    access: 'session',
    success: { status: 200, schema: 'Profile' },
    handle: async ({ core, request }, { caller }) => {
      const change = await readBody(request, 'updateProfile')
      return jsonResponse(200, { user: await updateProfile(core.context, caller, change) })
    },
  },
  {
    method: 'DELETE',
    path: paths.profile,
    summary: 'Delete the account; needs a recent log-in or the current password',
    body: 'deleteProfile',
    access: 'open',
    findsCredentials: true,
    success: { status: 204 },
    handle: handleDelete,
  },
  {
    method: 'POST',
    path: paths.password,
    summary: 'Change the password; every other session ends',
    body: 'password',
    access: 'session',
    success: { status: 200, schema: 'Tokens' },
    handle: async (call, { caller, transport }) => {
      const { settings, context } = call.core
      const input = await readBody(call.request, 'password')
      const changed = await changePassword(context, caller, input, deviceOf(call))
      return tokenResponse(settings, transport, { ...changed.session, ...changed })
    },
  },
  {
    method: 'GET',
    path: paths.sessions,
    summary: 'List the live sessions of the account',
    access: 'session',
    success: { status: 200, schema: 'Sessions' },
    handle: async ({ core }, { caller }) =>
      jsonResponse(200, { sessions: await listSessions(core.context, caller) }),
  },
  {
    method: 'DELETE',
    path: `${paths.sessions}/:id`,
    summary: 'End one session of the account',
    access: 'session',
    success: { status: 204 },
    handle: async ({ core, parameter }, { caller, transport }) => {
      await endOwnSession(core.context, caller, parameter)
      if (parameter !== caller.sessionId) return emptyResponse()
      return loggedOutResponse(core.settings, transport)
    },
  },
]

/** Asked again it answers 204 again: what was asked for is done. */
async function handleDelete({ core, request }: Call): Promise<HttpResponse> {
  const found = requireAccessToken(core.settings, request)
  const { currentPassword } = await readBody(request, 'deleteProfile')
  const { sub } = await core.verifier.identify(found.token)
  if (await accountExists(core.context, sub)) {
    const claims = await core.verifier.verify(found.token)
    const caller = { accountId: claims.sub, sessionId: claims.sid }
    const authenticatedAt = claims.auth_time * 1000
    await deleteAccount(core.context, caller, { authenticatedAt, currentPassword })
  }
  return loggedOutResponse(core.settings, found.transport)
}
