/**
 * The hot path: is this access token good, and does its session still live?
 *
 * A repeat is answered from memory, without store and signature. Joins the cache, the revocation set,
 * the changes of accounts and the policy for a feed that has fallen behind; verifying itself is
 * `tokens/`.
 */

import type { Clock } from '../clock.ts'
import { AuthError, unavailable } from '../errors.ts'
import type { RefreshAccount } from '../stores/ports.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { AccessTokenVerification } from '../tokens/verify-access-token.ts'
import {
  type AccountChanges,
  createAccountChanges,
  type ReadAccount,
  withRights,
} from './account-changes.ts'
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
  readonly stalenessMilliseconds: (time: number) => number
  readonly maxStalenessMilliseconds: number
  readonly whenStale: WhenStale
  /**
   * Asks the store whether the session still stands, and what its account is now; undefined when
   * either has ended. Throws when the store cannot answer.
   */
  readonly checkStore: (claims: AccessClaims) => Promise<RefreshAccount | undefined>
  /** Left out where there is no account store: tokens from before a change are then refused. */
  readonly readAccount?: ReadAccount
  readonly cache?: Pick<VerifiedTokenCacheOptions, 'maxEntries' | 'maxBytes'>
}

export interface Verifier {
  /**
   * Verifies an access token; a repeat is answered at once, and then errors are thrown at once too.
   * Where roles and scopes have changed since it was issued, the claims have the present ones.
   *
   * @throws AuthError `invalid_token`, `token_expired`, `session_ended`, `token_outdated`;
   * `temporarily_unavailable` with `whenStale: 'reject'` and a stale feed, and when the rights have
   * changed and the store cannot tell the present ones.
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
  /** To be told of every change of an account, by the feed and by this process. */
  readonly accountChanges: AccountChanges
}

/** After the store failed, `check-store` accepts for this long before it asks again. */
const storeRetryMilliseconds = 1000

export function createVerifier(options: VerifierOptions): Verifier {
  const { verification, now, whenStale, checkStore, maxStalenessMilliseconds } = options
  const revocations = createRevocationSet(options)
  const accountChanges = createAccountChanges(options)
  const cache = createVerifiedTokenCache({
    leewaySeconds: options.leewaySeconds,
    accessLifetimeSeconds: options.accessLifetimeSeconds,
    ...options.cache,
  })
  let forgotten = 0
  let storeFailedAt = Number.NEGATIVE_INFINITY

  const isStale = (time: number): boolean =>
    options.stalenessMilliseconds(time) > maxStalenessMilliseconds

  function refuseRevoked(claims: AccessClaims): AccessClaims {
    if (revocations.isRevoked(claims)) throw new AuthError('session_ended')
    return claims
  }

  /** Costs nothing while no account has changed. */
  function present(claims: AccessClaims): AccessClaims | Promise<AccessClaims> {
    if (accountChanges.size() === 0) return claims
    const updated = accountChanges.bringUpToDate(claims)
    return updated instanceof Promise ? updated.then(refuseRevoked) : updated
  }

  function verifySignature(token: string, time: number): AccessClaims | Promise<AccessClaims> {
    const before = forgotten
    const claims = verification(token, time)
    if (!(claims instanceof Promise)) return admit(token, claims, time)
    return claims.then((awaited) => {
      // Asked after the wait: the session may have ended while the signature was checked.
      return forgotten === before ? admit(token, awaited, now()) : refuseRevoked(awaited)
    })
  }

  function admit(token: string, claims: AccessClaims, time: number): AccessClaims {
    cache.set(token, claims, time)
    return refuseRevoked(claims)
  }

  // A synchronous throw becomes a rejection.
  async function askStore(claims: AccessClaims): Promise<RefreshAccount | undefined> {
    return checkStore(claims)
  }

  function judgeStale(claims: AccessClaims): AccessClaims | Promise<AccessClaims> {
    if (whenStale === 'accept') return present(claims)
    if (whenStale === 'reject') throw unavailable('the revocation feed is stale')
    // A store that is down costs one deadline a second, not one a request.
    if (Math.abs(now() - storeFailedAt) < storeRetryMilliseconds) return present(claims)
    return checkStoreOrAccept(claims)
  }

  async function checkStoreOrAccept(claims: AccessClaims): Promise<AccessClaims> {
    const account = await askStore(claims).catch(() => {
      storeFailedAt = now()
      return 'unanswered' as const
    })
    refuseRevoked(claims)
    return account === 'unanswered' ? present(claims) : withRights(claims, account)
  }

  const judge = (claims: AccessClaims, time: number): AccessClaims | Promise<AccessClaims> =>
    isStale(time) ? judgeStale(claims) : present(claims)

  // An error is a rejection also where the signature is checked at once: of a new token it always was.
  function verifyUnknown(token: string, time: number): AccessClaims | Promise<AccessClaims> {
    try {
      const claims = verifySignature(token, time)
      return claims instanceof Promise
        ? claims.then((awaited) => judge(awaited, now()))
        : judge(claims, time)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  return Object.freeze({
    revocations,
    forgetVerified() {
      forgotten += 1
      cache.clear()
    },
    accountChanges,
    identify: async (token: string) => verification(token, now()),
    verify(token: string) {
      const time = now()
      const cached = cache.get(token, time)
      if (cached === undefined) return verifyUnknown(token, time)
      return judge(refuseRevoked(cached), time)
    },
    async verifyFresh(token: string) {
      const time = now()
      const cached = cache.get(token, time)
      const claims =
        cached === undefined ? await verifySignature(token, time) : refuseRevoked(cached)
      const account = await askStore(claims).catch((error: unknown) => {
        throw unavailable(error)
      })
      return withRights(refuseRevoked(claims), account)
    },
  })
}
