/** Countersign on Fastify 5. */

export type { GuardRequirements } from '../http/guard.ts'
export { authPlugin } from './auth-plugin.ts'
export {
  type FastifyGuard,
  type OwnedRequest,
  type RawRequest,
  requireAuth,
  requireOwner,
} from './require-auth.ts'
export type { Reply } from './send.ts'
