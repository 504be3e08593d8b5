/** Public entry `countersign/verifier` where there is Node.js; `web.ts` is the one for elsewhere. */

export { AuthError } from '../errors.ts'
export type { AccessClaims } from '../tokens/claims.ts'
export type { ServiceVerifier } from './create-verifier.ts'
export { createVerifier } from './node.ts'
export type { ServiceVerifierOptions, VerifierRevocations } from './verifier-options.ts'
