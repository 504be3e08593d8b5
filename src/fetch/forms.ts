/**
 * For form routes of the application on web-standard requests: register, log in, log out and change
 * the password, without JavaScript in the browser.
 *
 * Each does what its namesake in `countersign/node` does, and returns the headers that the
 * application's answer must carry (`carryHeaders`). The form is the application's to read.
 */

import type { Auth } from '../auth.ts'
import { type FormRequest, loadFormActions } from '../http/form-loading.ts'
import type { LoginForm, PasswordForm, RegistrationForm } from '../http/form-values.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { User } from '../wire.ts'
import { type HeaderLine, headerLines } from './carry-headers.ts'
import { type ConnectionInfo, type GuardableRequest, guardRequest } from './request.ts'

export interface Done {
  /** For `carryHeaders`. */
  readonly headers: readonly HeaderLine[]
}

export interface LoggedIn extends Done {
  readonly user: User
}

/**
 * Logs in. An earlier session of the same browser ends.
 *
 * @throws AuthError `csrf_refused`, `invalid_request` with the fields that are wrong,
 * `invalid_credentials`, `too_many_requests`, `temporarily_unavailable`. `message` may be shown.
 */
export async function logIn(
  auth: Auth,
  request: GuardableRequest,
  form: LoginForm,
  info?: ConnectionInfo,
): Promise<LoggedIn> {
  const { logInByForm } = await loadFormActions(auth.http.core)
  const { user, headers } = await logInByForm(auth.http.core, formRequest(request, info), form)
  return { user, headers: headerLines(headers) }
}

/**
 * Makes an account; with `loginOnRegister` it is logged in, and cookies are among the headers.
 *
 * @throws AuthError `csrf_refused`, `invalid_request`, `password_refused`, `username_taken`,
 * `email_taken`, `too_many_requests`, `temporarily_unavailable`. `message` may be shown.
 */
export async function register(
  auth: Auth,
  request: GuardableRequest,
  form: RegistrationForm,
  info?: ConnectionInfo,
): Promise<LoggedIn> {
  const { registerByForm } = await loadFormActions(auth.http.core)
  const { user, headers } = await registerByForm(auth.http.core, formRequest(request, info), form)
  return { user, headers: headerLines(headers) }
}

/**
 * Ends the session on the server; the headers clear the cookies. Without any it is done already.
 *
 * @throws AuthError `csrf_refused`, `temporarily_unavailable`: then the session lives on.
 */
export async function logOut(auth: Auth, request: GuardableRequest): Promise<Done> {
  const { logOutByForm } = await loadFormActions(auth.http.core)
  const { headers } = await logOutByForm(auth.http.core, formRequest(request))
  return { headers: headerLines(headers) }
}

/**
 * Replaces the password, ends every session of the account and starts a new one.
 *
 * @param claims what `requireAuth` has verified.
 * @throws AuthError `csrf_refused`, `invalid_request`, `invalid_credentials` (the present password
 * is wrong), `password_refused`, `conflict`, `temporarily_unavailable`. `message` may be shown.
 */
export async function changePassword(
  auth: Auth,
  request: GuardableRequest,
  claims: AccessClaims,
  form: PasswordForm,
  info?: ConnectionInfo,
): Promise<Done> {
  const { changePasswordByForm } = await loadFormActions(auth.http.core)
  const source = formRequest(request, info)
  const { headers } = await changePasswordByForm(auth.http.core, source, claims, form)
  return { headers: headerLines(headers) }
}

const formRequest = (request: GuardableRequest, { address }: ConnectionInfo = {}): FormRequest => ({
  ...guardRequest(request),
  address,
})
