/**
 * The hot path: is this access token good, and does its session still live?
 *
 * A repeat is answered from memory, without store and signature. Joins the cache, the revocation set
 * and the policy for a feed that has fallen behind; verifying itself is `tokens/`.
 */

import type { Clock } from '../clock.ts'
import { AuthError, unavailable } from '../errors.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { AccessTokenVerification } from '../tokens/verify-access-token.ts'
import { createRevocationSet, type RevocationSet } from './revocation-set.ts'
import { createVerifiedTokenCache, type VerifiedTokenCacheOptions } from './verified-token-cache.ts'

/** What to do while the feed is staler than allowed. */
export type WhenStale = 'check-store' | 'reject' | 'accept'

export interface VerifierOptions {
  readonly verification: AccessTokenVerification
  readonly now: Clock
  readonly leewaySeconds: number
  readonly accessLifetimeSeconds: number
  /** The follower's `stalenessMilliseconds`. */
  readonly stalenessMilliseconds: () => number
  readonly maxStalenessMilliseconds: number
  readonly whenStale: WhenStale
  /** Asks the store whether session and epoch still stand; throws when it cannot answer. */
  readonly checkStore: (claims: AccessClaims) => Promise<boolean>
  readonly cache?: Pick<VerifiedTokenCacheOptions, 'maxEntries' | 'maxBytes'>
}

export interface Verifier {
  /**
   * Verifies an access token; a repeat is answered at once, and then errors are thrown at once too.
   *
   * @throws AuthError `invalid_token`, `token_expired`, `session_ended`; with `whenStale: 'reject'`
   * and a stale feed `temporarily_unavailable`.
   */
  verify(token: string): AccessClaims | Promise<AccessClaims>
  /** Asks the store as well. @throws AuthError also `temporarily_unavailable` when it is down. */
  verifyFresh(token: string): Promise<AccessClaims>
  /** Who a good token names, though its session may have ended. For log-out, never for a guard. */
  identify(token: string): Promise<AccessClaims>
  /** Forgets what was verified, so that the keys are asked again: one of them has gone. */
  forgetVerified(): void
  /** To be told of every ending, by the feed and by this process. */
  readonly revocations: RevocationSet
}

/** After the store failed, `check-store` accepts for this long before it asks again. */
const storeRetryMilliseconds = 1000

export function createVerifier(options: VerifierOptions): Verifier {
  const { verification, now, whenStale, checkStore, maxStalenessMilliseconds } = options
  const revocations = createRevocationSet(options)
  const cache = createVerifiedTokenCache({
    leewaySeconds: options.leewaySeconds,
    accessLifetimeSeconds: options.accessLifetimeSeconds,
    ...options.cache,
  })
  let forgotten = 0
  let storeFailedAt = Number.NEGATIVE_INFINITY

  const isStale = (): boolean => options.stalenessMilliseconds() > maxStalenessMilliseconds

  function refuseRevoked(claims: AccessClaims): AccessClaims {
    if (revocations.isRevoked(claims)) throw new AuthError('session_ended')
    return claims
  }

  async function verifySignature(token: string): Promise<AccessClaims> {
    const before = forgotten
    const claims = await verification(token, now())
    if (forgotten === before) cache.set(token, claims, now())
    // Asked after the await: the session may have ended while the signature was checked.
    return refuseRevoked(claims)
  }

  async function askStore(claims: AccessClaims): Promise<boolean> {
    return checkStore(claims)
  }

  function judgeStale(claims: AccessClaims): AccessClaims | Promise<AccessClaims> {
    if (whenStale === 'accept') return claims
    if (whenStale === 'reject') throw unavailable('the revocation feed is stale')
    // A store that is down costs one deadline a second, not one a request.
    if (Math.abs(now() - storeFailedAt) < storeRetryMilliseconds) return claims
    return checkStoreOrAccept(claims)
  }

  async function checkStoreOrAccept(claims: AccessClaims): Promise<AccessClaims> {
    const live = await askStore(claims).catch(() => {
      storeFailedAt = now()
      return true
    })
    if (!live) throw new AuthError('session_ended')
    return refuseRevoked(claims)
  }

  async function verifyUnknown(token: string): Promise<AccessClaims> {
    const claims = await verifySignature(token)
    return isStale() ? judgeStale(claims) : claims
  }

  return Object.freeze({
    revocations,
    forgetVerified() {
      forgotten += 1
      cache.clear()
    },
    identify: (token: string) => verification(token, now()),
    verify(token: string) {
      const cached = cache.get(token, now())
      if (cached === undefined) return verifyUnknown(token)
      refuseRevoked(cached)
      return isStale() ? judgeStale(cached) : cached
    },
    async verifyFresh(token: string) {
      const cached = cache.get(token, now())
      const claims = cached === undefined ? await verifySignature(token) : refuseRevoked(cached)
      const live = await askStore(claims).catch((error: unknown) => {
        throw unavailable(error)
      })
      if (!live) throw new AuthError('session_ended')
      return refuseRevoked(claims)
    },
  })
}
