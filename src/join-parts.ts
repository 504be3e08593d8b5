/** Joins stores, keys, tokens, verifier and HTTP settings into what `createAuth` hands out. */

import { createKeyRing } from './crypto/key-rings.ts'
import { createPasswordHashing } from './crypto/password-hashing.ts'
import type { Emit } from './events.ts'
import { createApplicationClaims } from './flows/application-claims.ts'
import type { FlowContext } from './flows/context.ts'
import { createRefreshLimit } from './flows/refresh-limit.ts'
import type { HttpCore } from './http/core.ts'
import { joinLimits } from './join-limits.ts'
import { lazily } from './lazily.ts'
import { openStores } from './open-stores.ts'
import { developmentSecret, prepareDataFolder } from './options/data-folder.ts'
import { legacyNotices } from './options/legacy-settings.ts'
import type { ResolvedOptions } from './options/resolve-options.ts'
import { accountPolicyOf, httpSettingsOf, refreshPolicyOf } from './part-settings.ts'
import { shown } from './shapes/shown.ts'
import { checkAtStart } from './start-check.ts'
import type { Stores } from './stores/ports.ts'
import { createAccessTokenSigner } from './tokens/access-token.ts'
import { createDeviceTokens } from './tokens/device-token.ts'
import { keyTimesOf } from './tokens/key-life.ts'
import { nodeSignatures } from './tokens/node-signatures.ts'
import { createRefreshTokens } from './tokens/refresh-token.ts'
import { createSessionIds } from './tokens/session-ids.ts'
import { openSigningKeys, type SigningKeys } from './tokens/signing-keys.ts'
import { createAccessTokenVerification } from './tokens/verify-access-token.ts'
import { applyRevocation } from './verifier/apply-revocation.ts'
import { createFeedFollower, type FeedFollower } from './verifier/feed.ts'
import { followAll } from './verifier/follow-all.ts'
import { createVerifier } from './verifier/verifier.ts'

export interface Parts {
  readonly context: FlowContext
  readonly core: HttpCore
  readonly stores: Stores
  readonly follower: FeedFollower
  readonly keys: SigningKeys
  /** Stops timers. */
  stop(): Promise<void>
}

/** Where events go, and errors that nobody waits for. */
export interface Outlets {
  readonly emit: Emit
  readonly report: (error: unknown) => void
}

const pruneIntervalMilliseconds = 3_600_000
const feedWaitMilliseconds = 1000

export async function joinParts(
  options: ResolvedOptions,
  givenStores: Stores | undefined,
  outlets: Outlets,
): Promise<Parts> {
  const secrets = secretsOf(options)
  const { requireStoreAtStart } = options
  const { report } = outlets
  const stores = givenStores ?? (await openStores(options, report))
  try {
    await checkAtStart(stores, { requireStoreAtStart, report })
    return await joinAround(stores, options, secrets, outlets)
  } catch (error) {
    // A client that goes on connecting would keep the process alive.
    if (givenStores === undefined) await stores.close().catch(() => {})
    throw error
  }
}

// What few use is loaded by whoever does, so that the others start without it.
const loadBreachedPasswords = () => import('./flows/breached-passwords.ts')
const loadLegacyUsers = () => import('./flows/legacy-users.ts')
const loadLegacyAcceptance = () => import('./verifier/legacy-acceptance.ts')

async function joinAround(
  stores: Stores,
  options: ResolvedOptions,
  secrets: readonly string[],
  { emit, report }: Outlets,
): Promise<Parts> {
  const now = options.clock
  const { issuer, audience } = options
  const accessLifetimeSeconds = options.accessLifetime / 1000
  const leewaySeconds = options.leeway / 1000
  const ring = createKeyRing(secrets, 'signing key seal')
  const { algorithm } = options
  const times = keyTimesOf(options)
  const keys = await openSigningKeys({
    ...{ store: stores.keys, ring, algorithm, times, now },
    emit: alsoWarning(emit, report),
    onRemoved: () => verifier.forgetVerified(),
  })

  const feeds = [stores.sessions.revocations, stores.accountFeed ?? []].flat()
  const followers = feeds.map((read) =>
    createFeedFollower({
      read,
      apply: (entries) => {
        for (const entry of entries) applyRevocation(verifier, entry, now())
      },
      now,
      waitMilliseconds: Math.min(feedWaitMilliseconds, options.maxStaleness / 4),
    }),
  )
  const follower = followAll(followers)
  const verifier = createVerifier({
    verification: createAccessTokenVerification({
      issuer,
      audience,
      leewaySeconds,
      lifetimeSeconds: accessLifetimeSeconds,
      keys,
      decode: nodeSignatures.decode,
    }),
    now,
    leewaySeconds,
    accessLifetimeSeconds,
    stalenessMilliseconds: follower.stalenessMilliseconds,
    maxStalenessMilliseconds: options.maxStaleness,
    whenStale: options.whenStale,
    checkStore: async ({ sub, sid, epoch }) => {
      const [session, account] = await Promise.all([
        stores.sessions.find(sid),
        stores.users.refreshAccount(sub, sid),
      ])
      if (account?.status !== 'active' || account.sessionEnded) return undefined
      // A separate store that was wiped has it again after its next refresh.
      if (session === undefined && !stores.sessionsAreSeparate) return undefined
      if (session?.status === 'ended') return undefined
      return epoch >= account.sessionEpoch ? account : undefined
    },
    readAccount: (accountId) => stores.users.refreshAccount(accountId),
  })
  const context: FlowContext = Object.freeze({
    users: stores.users,
    sessions: stores.sessions,
    passwords: createPasswordHashing({ ...options.passwordHashing, report }),
    isBreachedPassword:
      options.passwordBreachCheck &&
      (await loadBreachedPasswords()).createBreachedPasswords(options.passwordBreachCheck, {
        emit,
        report,
      }),
    refreshTokens: createRefreshTokens(createKeyRing(secrets, 'refresh token mac')),
    sessionIds: createSessionIds(createKeyRing(secrets, 'session ids')),
    signAccessToken: createAccessTokenSigner({
      issuer,
      audience,
      lifetimeSeconds: accessLifetimeSeconds,
      keys,
    }),
    revocations: verifier.revocations,
    accountChanges: verifier.accountChanges,
    legacyUsers:
      options.legacyUsers &&
      (await loadLegacyUsers()).createLegacyUsers(options.legacyUsers, report),
    applicationClaims: createApplicationClaims(options.claims, report),
    refreshLimit: createRefreshLimit(options.refreshLimit),
    deviceTokens: createDeviceTokens(createKeyRing(secrets, 'device token mac')),
    ...joinLimits(options, secrets, stores.attempts, { emit, report }),
    refreshPolicy: refreshPolicyOf(options),
    policy: accountPolicyOf(options),
    now,
    emit,
  })
  for (const notice of legacyNotices(options, now())) report(notice)
  const { acceptLegacy } = options
  const users = { users: stores.users, issuer, audience, now }
  const guardVerifier = acceptLegacy
    ? (await loadLegacyAcceptance()).acceptLegacyTokens(
        verifier,
        { ...acceptLegacy, leewaySeconds },
        users,
      )
    : verifier
  await follower.start()
  const pruned = [stores.sessions, stores.oneTimeTokens, stores.attempts]
  // Also at once: a process that restarts each hour would never come to it. A failed pruning harms
  // nobody; the next one makes up for it.
  const prune = (): void => {
    for (const store of pruned) store.prune().catch(() => {})
  }
  prune()
  const pruning = setInterval(prune, pruneIntervalMilliseconds)
  pruning.unref()
  return {
    context,
    core: Object.freeze({
      context,
      verifier,
      guardVerifier,
      settings: httpSettingsOf(options, report),
      jwks: keys.jwks,
      load: {
        refresh: lazily(() => import('./flows/refresh.ts')),
        forms: () => import('./http/form-actions.ts'),
      },
    }),
    stores,
    follower,
    keys,
    stop: () => {
      clearInterval(pruning)
      return keys.stop()
    },
  }
}

// The first reading comes before anybody can listen for events.
function alsoWarning(emit: Emit, report: Outlets['report']): Emit {
  return (event) => {
    emit(event)
    if (event.type !== 'signing_key_refused') return
    report(
      `The signing key ${shown(event.kid)} in the database was sealed by no secret of this server, and what it signed is refused (docs/production.md, Signing keys).`,
    )
  }
}

function secretsOf(options: ResolvedOptions): readonly string[] {
  if (options.secrets.length > 0) return options.secrets
  prepareDataFolder(options.dataFolder)
  return [developmentSecret(options.dataFolder)]
}
