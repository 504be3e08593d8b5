/** Public entry of the package. */

export type { AuthSessions, AuthUsers } from './administration.ts'
export { type Auth, createAuth } from './auth.ts'
export { AuthError, type ErrorCode, type FieldProblem } from './errors.ts'
export type { AuthEvent, AuthEventType, SessionEndReason } from './events.ts'
export type { AccountCreation } from './flows/create-account.ts'
export type { ExternalUser } from './flows/external-account.ts'
export type { Imported } from './flows/import-account.ts'
export type { LegacyUser, LegacyUsersHook } from './flows/legacy-users.ts'
export type { AuthOptions } from './options/auth-options.ts'
export type { AccessClaims } from './tokens/claims.ts'
export type { SigningKeyView } from './tokens/signing-keys.ts'
export type { AccountView, ProblemBody, SessionView, TokenBody, User } from './wire.ts'
