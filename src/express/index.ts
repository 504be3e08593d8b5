/** Countersign on Express 4 and 5. */

export type { LoginForm, PasswordForm, RegistrationForm } from '../http/form-values.ts'
export type { GuardRequirements } from '../http/guard.ts'
export { returnTarget } from '../http/return-target.ts'
export { changePassword, logIn, logOut, register } from '../node/forms.ts'
export { authRouter, type ExpressHandler } from './auth-router.ts'
export {
  type ExpressGuardOptions,
  type OwnedRequest,
  requireAuth,
  requireOwner,
} from './require-auth.ts'
