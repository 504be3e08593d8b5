/** Public entry `countersign/verifier` for runtimes with nothing but web standards. */

import { webSignatures } from '../tokens/web-signatures.ts'
import { assembleVerifier, type OpenRedis, type ServiceVerifier } from './create-verifier.ts'
import type { ServiceVerifierOptions } from './verifier-options.ts'

export { AuthError } from '../errors.ts'

const openRedis: OpenRedis = () => {
  throw new TypeError('revocations.redis needs Node.js, Bun or Deno; hand over a feed instead')
}

/** As the one for Node.js, but `revocations.redis` is a TypeError. */
export const createVerifier = (options: ServiceVerifierOptions): ServiceVerifier =>
  assembleVerifier(options, { openRedis, signatures: webSignatures })
