/** Countersign on Fastify 5. */

export type { LoginForm, PasswordForm, RegistrationForm } from '../http/form-values.ts'
export type { GuardRequirements } from '../http/guard.ts'
export { returnTarget } from '../http/return-target.ts'
export { authPlugin } from './auth-plugin.ts'
export { changePassword, logIn, logOut, register } from './forms.ts'
export {
  type FastifyGuard,
  type FastifyGuardOptions,
  type OwnedRequest,
  type RawRequest,
  requireAuth,
  requireOwner,
} from './require-auth.ts'
export type { Reply } from './send.ts'
