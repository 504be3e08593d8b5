/** Countersign on plain `node:http`. */

export type { GuardRequirements } from '../http/guard.ts'
export { authHandler, type NodeAuthHandler } from './auth-handler.ts'
export { type NodeGuard, requireAuth } from './require-auth.ts'
