/** Countersign on web-standard requests: Hono, Next, SvelteKit, Bun, Deno. */

export type { LoginForm, PasswordForm, RegistrationForm } from '../http/form-values.ts'
export type { GuardRequirements } from '../http/guard.ts'
export { returnTarget } from '../http/return-target.ts'
export { authHandler, type FetchAuthHandler } from './auth-handler.ts'
export { carryHeaders, type HeaderLine } from './carry-headers.ts'
export { changePassword, type Done, type LoggedIn, logIn, logOut, register } from './forms.ts'
export type { ConnectionInfo } from './request.ts'
export {
  type FetchGuard,
  type GuardableRequest,
  type GuardVerdict,
  requireAuth,
} from './require-auth.ts'
