/**
 * The signing keys of a deployment: made once by whichever process comes first, agreed through the
 * store, looked up by kid, published as a JWKS (RFC 7517 §5).
 *
 * Signs and verifies nothing. A kid is an opaque key of a Map, and asking for an unknown one costs
 * at most one read of the store in ten seconds.
 */

import type { CryptoKey, JWK } from 'jose'
import type { Clock } from '../clock.ts'
import type { KeyRing } from '../crypto/key-rings.ts'
import { isSealedWithCurrentKey } from '../crypto/sealed-value.ts'
import { AuthError, unavailable } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { KeyStore, StoredKey } from '../stores/ports.ts'
import type { SigningAlgorithm } from './key-material.ts'
import { createStoredKey, type OpenedKey, openStoredKey, resealed } from './stored-keys.ts'

export type { SigningAlgorithm } from './key-material.ts'

export interface SigningKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly privateKey: CryptoKey
}

export interface VerificationKey {
  readonly kid: string
  /** The only algorithm that this key verifies. */
  readonly algorithm: SigningAlgorithm
  readonly publicKey: CryptoKey
}

export interface SigningKeys {
  /** The key that signs now. */
  current(): SigningKey
  /**
   * Looks a key up. A known kid is answered at once.
   *
   * @throws AuthError `temporarily_unavailable` when the kid is unknown and the store is down.
   */
  find(kid: string): VerificationKey | undefined | Promise<VerificationKey | undefined>
  /** Public keys only; HS256 keys are never in it. */
  jwks(): { readonly keys: readonly JWK[] }
}

export interface SigningKeysOptions {
  readonly store: KeyStore
  /** The ring of purpose `signing key seal`. */
  readonly ring: KeyRing
  readonly algorithm: SigningAlgorithm
  readonly now: Clock
  readonly emit: Emit
}

const listCooldownMilliseconds = 10_000
/** The same after a read that failed. */
const failureCooldownMilliseconds = 1000
const openAttempts = 8

interface KeySet {
  readonly signing: SigningKey | undefined
  readonly byKid: ReadonlyMap<string, VerificationKey>
  readonly jwks: { readonly keys: readonly JWK[] }
}

/**
 * Opens the keys of the store, and makes one when none can sign with this algorithm.
 *
 * Any number of processes may do so at once; they end up with the same key. Private parts that an
 * older secret sealed are sealed again.
 *
 * @throws TypeError when the store holds a weak or malformed key.
 */
export async function openSigningKeys(options: SigningKeysOptions): Promise<SigningKeys> {
  const { store, ring, algorithm, now, emit } = options
  for (let attempt = 0; attempt < openAttempts; attempt += 1) {
    const stored = await store.listKeys()
    const keys = await readKeySet(stored, ring, algorithm)
    if (keys.signing !== undefined) {
      await resealKeys(stored, store, ring)
      return followKeys(options, keys, keys.signing)
    }
    const sequence = Math.max(0, ...stored.map((key) => key.sequence)) + 1
    const made = await createStoredKey(ring, algorithm, sequence, now())
    // When another process was first, its key is in the next list.
    if ((await store.addKey(made)) === 'added') emit({ type: 'signing_key_created', kid: made.kid })
  }
  throw new AuthError('temporarily_unavailable', { cause: 'no signing key could be agreed on' })
}

function followKeys(options: SigningKeysOptions, first: KeySet, signing: SigningKey): SigningKeys {
  const { store, ring, algorithm, now } = options
  let keys = first
  let current = signing
  let listedAt = Number.NEGATIVE_INFINITY
  let failure: AuthError | undefined
  let listing: Promise<void> | undefined

  async function list(): Promise<void> {
    try {
      keys = await readKeySet(await store.listKeys(), ring, algorithm)
      current = keys.signing ?? current
      failure = undefined
    } catch (error) {
      failure = unavailable(error)
    } finally {
      listedAt = now()
      listing = undefined
    }
  }

  async function findUnknown(kid: string): Promise<VerificationKey | undefined> {
    const cooldown = failure ? failureCooldownMilliseconds : listCooldownMilliseconds
    if (listing !== undefined || now() - listedAt >= cooldown) {
      listing ??= list()
      await listing
    }
    const key = keys.byKid.get(kid)
    if (key === undefined && failure !== undefined) throw failure
    return key
  }

  return Object.freeze({
    current: () => current,
    find: (kid: string) => keys.byKid.get(kid) ?? findUnknown(kid),
    jwks: () => keys.jwks,
  })
}

async function readKeySet(
  stored: readonly StoredKey[],
  ring: KeyRing,
  algorithm: SigningAlgorithm,
): Promise<KeySet> {
  const opened = await Promise.all(stored.map((key) => openStoredKey(ring, key)))
  const usable = opened.filter((key) => key !== undefined)
  const newestFirst = usable.toSorted((a, b) => b.sequence - a.sequence)
  const published = newestFirst.flatMap((key) => key.publishedJwk ?? [])
  return {
    signing: newestFirst.map((key) => signingKeyOf(key, algorithm)).find((key) => key),
    byKid: new Map(newestFirst.map((key) => [key.kid, verificationKeyOf(key)])),
    jwks: Object.freeze({ keys: Object.freeze(published) }),
  }
}

function signingKeyOf(key: OpenedKey, wanted: SigningAlgorithm): SigningKey | undefined {
  const { kid, algorithm, signingKey } = key
  if (algorithm !== wanted || signingKey === undefined) return undefined
  return Object.freeze({ kid, algorithm, privateKey: signingKey })
}

function verificationKeyOf({ kid, algorithm, verificationKey }: OpenedKey): VerificationKey {
  return Object.freeze({ kid, algorithm, publicKey: verificationKey })
}

async function resealKeys(
  stored: readonly StoredKey[],
  store: KeyStore,
  ring: KeyRing,
): Promise<void> {
  for (const key of stored) {
    if (isSealedWithCurrentKey(ring, key.sealedPrivateJwk)) continue
    const sealed = resealed(ring, key)
    if (sealed !== undefined) await store.resealKey(key.kid, sealed)
  }
}
