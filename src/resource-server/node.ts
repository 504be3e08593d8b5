/** `createVerifier` for Node.js, Bun and Deno: Redis is loaded when it is asked for. */

import { nodeSignatures } from '../tokens/node-signatures.ts'
import { assembleVerifier, type OpenRedis, type ServiceVerifier } from './create-verifier.ts'
import type { ServiceVerifierOptions } from './verifier-options.ts'

const openRedis: OpenRedis = async (options) => {
  const { openRedisFeed } = await import('../stores/redis/open-feed.ts')
  return openRedisFeed(options)
}

/**
 * Makes a verifier of the access tokens of one issuer.
 *
 * Returns at once: keys are fetched with the first token, or by `ready()`.
 *
 * @throws TypeError naming every mistake in the options.
 */
export const createVerifier = (options: ServiceVerifierOptions): ServiceVerifier =>
  assembleVerifier(options, { openRedis, signatures: nodeSignatures })
