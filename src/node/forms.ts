/**
 * For the application's own form routes, which work without JavaScript: register, log in, log out
 * and change the password.
 *
 * Each checks that the form is the application's own, does what the JSON route does, puts the cookies
 * on the response and leaves the answer to the application, usually a redirect by 303. They need
 * `createAuth({ cookies: { renewInGuard: true } })`: otherwise no form route would see the refresh
 * cookie, and a log-out would leave the session alive. Nothing is set when one throws.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth } from '../auth.ts'
import { loadFormActions } from '../http/form-loading.ts'
import type { LoginForm, PasswordForm, RegistrationForm } from '../http/form-values.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { User } from '../wire.ts'
import { carryHeaders } from './carry-headers.ts'
import { httpRequest } from './request.ts'

/**
 * Logs in and sets the cookies. An earlier session of the same browser ends.
 *
 * @throws AuthError `csrf_refused`, `invalid_request` with the fields that are wrong,
 * `invalid_credentials`, `too_many_requests`, `temporarily_unavailable`. `message` may be shown.
 */
export async function logIn(
  auth: Auth,
  request: IncomingMessage,
  response: ServerResponse,
  form: LoginForm,
): Promise<User> {
  const { logInByForm } = await loadFormActions(auth.http.core)
  const { user, headers } = await logInByForm(auth.http.core, formRequest(request), form)
  carryHeaders(response, headers)
  return user
}

/**
 * Makes an account; with `loginOnRegister` it is logged in, and the cookies are set.
 *
 * @throws AuthError `csrf_refused`, `invalid_request`, `password_refused`, `username_taken`,
 * `email_taken`, `temporarily_unavailable`. `message` may be shown.
 */
export async function register(
  auth: Auth,
  request: IncomingMessage,
  response: ServerResponse,
  form: RegistrationForm,
): Promise<User> {
  const { registerByForm } = await loadFormActions(auth.http.core)
  const { user, headers } = await registerByForm(auth.http.core, formRequest(request), form)
  carryHeaders(response, headers)
  return user
}

/**
 * Ends the session on the server, then clears the cookies. Without any it is done already.
 *
 * @throws AuthError `csrf_refused`, `temporarily_unavailable`: then the session lives on.
 */
export async function logOut(
  auth: Auth,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { logOutByForm } = await loadFormActions(auth.http.core)
  carryHeaders(response, (await logOutByForm(auth.http.core, formRequest(request))).headers)
}

/**
 * Replaces the password, ends every session of the account and sets the cookies of a new one.
 *
 * @param claims what `requireAuth` has verified (`request.auth` on Express).
 * @throws AuthError `csrf_refused`, `invalid_request`, `invalid_credentials` (the present password
 * is wrong), `password_refused`, `conflict`, `temporarily_unavailable`. `message` may be shown.
 */
export async function changePassword(
  auth: Auth,
  request: IncomingMessage,
  response: ServerResponse,
  claims: AccessClaims,
  form: PasswordForm,
): Promise<void> {
  const { changePasswordByForm } = await loadFormActions(auth.http.core)
  const source = formRequest(request)
  carryHeaders(response, (await changePasswordByForm(auth.http.core, source, claims, form)).headers)
}

const formRequest = (request: IncomingMessage) => httpRequest(request, '')
