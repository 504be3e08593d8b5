/**
 * For form routes of the application on Fastify: as in `countersign/node`, which has the details and
 * the errors, with Fastify's request and reply. A parser of forms is the application's to register.
 */

import type { Auth } from '../auth.ts'
import type { LoginForm, PasswordForm, RegistrationForm } from '../http/form-values.ts'
import * as node from '../node/forms.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { User } from '../wire.ts'
import type { RawRequest } from './require-auth.ts'
import type { Reply } from './send.ts'

/** Logs in and sets the cookies. An earlier session of the same browser ends. @throws AuthError */
export const logIn = (
  auth: Auth,
  request: RawRequest,
  reply: Reply,
  form: LoginForm,
): Promise<User> => node.logIn(auth, request.raw, reply.raw, form)

/** Makes an account; with `loginOnRegister` it is logged in. @throws AuthError */
export const register = (
  auth: Auth,
  request: RawRequest,
  reply: Reply,
  form: RegistrationForm,
): Promise<User> => node.register(auth, request.raw, reply.raw, form)

/** Ends the session on the server, then clears the cookies. @throws AuthError */
export const logOut = (auth: Auth, request: RawRequest, reply: Reply): Promise<void> =>
  node.logOut(auth, request.raw, reply.raw)

/**
 * Replaces the password, ends every session and sets the cookies of a new one. @throws AuthError
 *
 * @param claims what `requireAuth` has verified: `request.auth`.
 */
export const changePassword = (
  auth: Auth,
  request: RawRequest,
  reply: Reply,
  claims: AccessClaims,
  form: PasswordForm,
): Promise<void> => node.changePassword(auth, request.raw, reply.raw, claims, form)
