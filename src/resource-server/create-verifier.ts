/**
 * `createVerifier`: checks access tokens in a service that issues none.
 *
 * Joins the same checks, cache and revocation set that the server has with keys fetched from the
 * issuer. Runs wherever there is `fetch`; what checks signatures and what opens Redis is handed in.
 */

import { AuthError, unavailable } from '../errors.ts'
import type { TokenChecker } from '../http/core.ts'
import type { SessionStore } from '../stores/ports.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { Signatures } from '../tokens/signatures.ts'
import { createAccessTokenVerification } from '../tokens/verify-access-token.ts'
import { applyRevocation } from '../verifier/apply-revocation.ts'
import { createFeedFollower, type FeedFollower } from '../verifier/feed.ts'
import { createVerifier, type Verifier } from '../verifier/verifier.ts'
import { createKeyFetch } from './fetch-keys.ts'
import { createIssuerKeys, type IssuerKeys } from './issuer-keys.ts'
import {
  type ResolvedVerifierOptions,
  resolveVerifierOptions,
  type ServiceVerifierOptions,
} from './verifier-options.ts'

/** What a service holds: made once, handed to `requireAuth`, closed when the service stops. */
export interface ServiceVerifier extends TokenChecker {
  /**
   * Verifies an access token; a repeat is answered at once from memory, and then errors are thrown
   * at once too. `await` does for both.
   *
   * @throws AuthError `invalid_token`, `token_expired`, `session_ended`; `token_outdated` where the
   * rights of the account have changed since, which a refresh mends; `temporarily_unavailable`
   * when the keys cannot be had, or the revocation feed is stale.
   */
  verify(accessToken: string): AccessClaims | Promise<AccessClaims>
  /**
   * Resolves when tokens can be judged: there are keys, and the feed is fresh (with
   * `whenStale: 'accept'` keys are enough). Asks the issuer where that has not been done.
   *
   * @throws AuthError `temporarily_unavailable`, with the reason as its `cause`.
   */
  ready(): Promise<void>
  /** Stops the feed. Tokens are judged on until the feed is stale. */
  close(): Promise<void>
}

/** A feed that is being opened. */
export interface OpenedFeed {
  readonly revocations: SessionStore['revocations']
  close(): void
}

/** Opens the feed in Redis, where the runtime has what that takes. */
export type OpenRedis = (options: {
  readonly redis: NonNullable<NonNullable<ServiceVerifierOptions['revocations']>['redis']>
  readonly prefix: string | undefined
  readonly accessLifetime: number
  readonly onError: (error: unknown) => void
}) => Promise<OpenedFeed>

/** What the runtime has. */
export interface Runtime {
  readonly openRedis: OpenRedis
  readonly signatures: Signatures
}

const feedWaitMilliseconds = 1000

/** Asks nobody and waits for nothing. @throws TypeError naming every mistake in the options. */
export function assembleVerifier(
  given: ServiceVerifierOptions,
  { openRedis, signatures }: Runtime,
): ServiceVerifier {
  const options = resolveVerifierOptions(given)
  const now = options.clock
  const keys = createIssuerKeys({
    fetchKeys: createKeyFetch({ ...options, signatures }),
    now,
    maxKeyAgeMilliseconds: options.maxKeyAge,
    onRemoved: () => hotPath.forgetVerified(),
    onError: options.onError,
  })
  const feed = followFeed(options, openRedis, () => hotPath)
  const hotPath = createHotPath(options, signatures, keys, feed.follower)
  void feed.follower?.start()

  const verify = (accessToken: string): AccessClaims | Promise<AccessClaims> => {
    // What is missing, as a header may be, is a token that is refused.
    if (typeof accessToken !== 'string') return Promise.reject(new AuthError('invalid_token'))
    const waiting = keys.upkeep()
    if (waiting !== undefined) return waiting.then(() => hotPath.verify(accessToken))
    return hotPath.verify(accessToken)
  }
  return Object.freeze<ServiceVerifier>({
    verify,
    async ready() {
      await Promise.all([keys.ready(), feed.opened(), feed.follower?.start()])
      const { whenStale, maxStaleness } = options
      const age = feed.follower?.stalenessMilliseconds() ?? 0
      if (whenStale === 'reject' && age > maxStaleness) {
        throw unavailable(new Error('the revocation feed is stale'))
      }
    },
    close: () => feed.close(),
    http: Object.freeze({
      core: Object.freeze({ settings: undefined, guardVerifier: { verify }, context: { now } }),
    }),
  })
}

function createHotPath(
  options: ResolvedVerifierOptions,
  { decode }: Signatures,
  keys: IssuerKeys,
  follower: FeedFollower | undefined,
): Verifier {
  const { issuer, audience } = options
  const leewaySeconds = options.leeway / 1000
  const lifetimeSeconds = options.accessTokenLifetime / 1000
  return createVerifier({
    verification: createAccessTokenVerification({
      ...{ issuer, audience, leewaySeconds, lifetimeSeconds, keys, decode },
    }),
    now: options.clock,
    leewaySeconds,
    accessLifetimeSeconds: lifetimeSeconds,
    // Without a feed nothing can be stale.
    stalenessMilliseconds: follower?.stalenessMilliseconds ?? (() => 0),
    maxStalenessMilliseconds: options.maxStaleness,
    whenStale: options.whenStale,
    checkStore: async () => {
      throw unavailable(new Error('a verifier has no store to ask'))
    },
  })
}

interface FollowedFeed {
  readonly follower: FeedFollower | undefined
  /** Rejects when the feed can never be read. */
  opened(): Promise<unknown>
  close(): Promise<void>
}

function followFeed(
  { revocations, clock: now, accessTokenLifetime, maxStaleness, onError }: ResolvedVerifierOptions,
  openRedis: OpenRedis,
  hotPath: () => Verifier,
): FollowedFeed {
  if (revocations === undefined) {
    return { follower: undefined, opened: async () => {}, close: async () => {} }
  }
  const { redis, prefix, feed } = revocations
  const opened: Promise<OpenedFeed> =
    redis === undefined
      ? Promise.resolve({ revocations: feed as SessionStore['revocations'], close: () => {} })
      : openRedis({ redis, prefix, accessLifetime: accessTokenLifetime, onError })
  // Told here and by `ready`; each read of the feed fails of it again.
  opened.catch(onError)
  const follower = createFeedFollower({
    read: async (cursor, wait) => (await opened).revocations(cursor, wait),
    apply: (entries) => {
      for (const entry of entries) applyRevocation(hotPath(), entry, now())
    },
    now,
    waitMilliseconds: Math.min(feedWaitMilliseconds, maxStaleness / 4),
  })
  return {
    follower,
    opened: () =>
      opened.catch((error: unknown) => {
        throw unavailable(error)
      }),
    async close() {
      await follower.stop()
      await opened.then(
        (one) => one.close(),
        () => {},
      )
    },
  }
}
