/** Countersign on web-standard requests: Hono, Next, SvelteKit, Bun, Deno. */

export type { GuardRequirements } from '../http/guard.ts'
export { authHandler, type FetchAuthHandler } from './auth-handler.ts'
export type { ConnectionInfo } from './request.ts'
export {
  type FetchGuard,
  type GuardableRequest,
  type GuardVerdict,
  type HeaderLine,
  requireAuth,
} from './require-auth.ts'
