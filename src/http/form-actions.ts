/**
 * Log in, register, change the password and log out for the application's own form routes.
 *
 * They are the routes of `routes/` with another way in and out: the values of a form instead of a
 * JSON body, headers for the application's own answer instead of a response. A form cannot send
 * JSON, so Fetch Metadata or Origin is all that tells an own form from a forged one (OWASP CSRF).
 */

import { AuthError } from '../errors.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { paths, type User } from '../wire.ts'
import type { HttpCore } from './core.ts'
import { requireOwnRequest } from './csrf.ts'
import type { LoginForm, PasswordForm, RegistrationForm } from './form-values.ts'
import { withOtherFormCleared } from './refresh-cookies.ts'
import type { HttpRequest } from './request.ts'
import type { HeaderValues, HttpResponse } from './response.ts'
import type { Route } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { loginRoutes } from './routes/login.ts'
import { logoutRoutes } from './routes/logout.ts'

/** The part of a request that is not the form: its body has been read by the application. */
export type FormRequest = Omit<HttpRequest, 'path' | 'body'>

/** Headers that the application's answer must carry. */
export interface Done {
  readonly headers: HeaderValues
}

export async function logInByForm(
  core: HttpCore,
  request: FormRequest,
  { username, email, password }: LoginForm,
): Promise<Done & { readonly user: User }> {
  const values = { username, email, password, transport: 'cookie' }
  return withUser(await act(core, request, paths.login, values))
}

export async function registerByForm(
  core: HttpCore,
  request: FormRequest,
  { username, email, name, password }: RegistrationForm,
): Promise<Done & { readonly user: User }> {
  const values = { username, email, name, password, transport: 'cookie' }
  return withUser(await act(core, request, paths.register, values))
}

export async function changePasswordByForm(
  core: HttpCore,
  request: FormRequest,
  claims: AccessClaims,
  { currentPassword, newPassword }: PasswordForm,
): Promise<Done> {
  return act(core, request, paths.password, { currentPassword, newPassword }, claims)
}

/** Nothing to log out is as good as done. */
export async function logOutByForm(core: HttpCore, request: FormRequest): Promise<Done> {
  try {
    return await act(core, request, paths.logout, {})
  } catch (error) {
    if (error instanceof AuthError && error.code === 'credentials_missing') return { headers: {} }
    throw error
  }
}

const routes: readonly Route[] = [...loginRoutes, ...logoutRoutes, ...accountRoutes]

async function act(
  core: HttpCore,
  form: FormRequest,
  path: string,
  values: object,
  claims?: AccessClaims,
): Promise<HttpResponse> {
  requireOwnRequest(core.settings, form)
  const request: HttpRequest = {
    ...form,
    path,
    header: (name) => (name === 'content-type' ? 'application/json' : form.header(name)),
    body: async () => ({ parsed: values }),
  }
  const route = routes.find((one) => one.path === path && one.method === 'POST')
  const call = { core, request, parameter: '' }
  const response = await answer(route, call, claims)
  return withOtherFormCleared(core.settings, request, response)
}

async function answer(
  route: Route | undefined,
  call: { core: HttpCore; request: HttpRequest; parameter: string },
  claims: AccessClaims | undefined,
): Promise<HttpResponse> {
  if (route?.access === 'open') return route.handle(call)
  // An old token that `acceptLegacy` lets pass is good for pages, and not for what needs a session.
  const hasSession = claims !== undefined && claims.legacy !== true
  if (route === undefined || !hasSession) throw new AuthError('credentials_missing')
  const caller = { accountId: claims.sub, sessionId: claims.sid }
  return route.handle(call, { claims, caller, transport: 'cookie' })
}

function withUser({ headers, body = '{}' }: HttpResponse): Done & { readonly user: User } {
  return { headers, user: (JSON.parse(body) as { readonly user: User }).user }
}
