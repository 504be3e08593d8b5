/** Countersign on plain `node:http`. */

export type { LoginForm, PasswordForm, RegistrationForm } from '../http/form-values.ts'
export type { GuardRequirements } from '../http/guard.ts'
export { returnTarget } from '../http/return-target.ts'
export { authHandler, type NodeAuthHandler } from './auth-handler.ts'
export { changePassword, logIn, logOut, register } from './forms.ts'
export { type NodeGuard, type NodeGuardOptions, requireAuth } from './require-auth.ts'
