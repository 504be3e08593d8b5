/** Countersign on Express 4 and 5. */

export type { GuardRequirements } from '../http/guard.ts'
export { authRouter, type ExpressHandler } from './auth-router.ts'
export { type OwnedRequest, requireAuth, requireOwner } from './require-auth.ts'
