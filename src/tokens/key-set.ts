/**
 * The keys of the store, opened and ready: which one signs, which ones verify, which are published.
 *
 * One set is one reading of the store. What it answers moves with the time that it is asked for.
 */

import type { JWK } from 'jose'
import type { KeyRing } from '../crypto/key-rings.ts'
import type { StoredKey } from '../stores/ports.ts'
import type { SigningAlgorithm } from './key-import.ts'
import { isRotationDue, type KeyTimes, retiredAt, signingChoice } from './key-life.ts'
import type { SignatureCheck } from './signatures.ts'
import type { Signer } from './signer.ts'
import { type OpenedKey, openStoredKey } from './stored-keys.ts'

export interface SigningKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly sign: Signer
}

export interface VerificationKey {
  readonly kid: string
  /** The only algorithm that this key verifies. */
  readonly algorithm: SigningAlgorithm
  readonly check: SignatureCheck
}

export interface KeySet {
  /** All that the store holds. */
  readonly stored: readonly StoredKey[]
  /** Without those that no secret of ours has sealed: they decide nothing. */
  readonly trusted: readonly StoredKey[]
  /** The key that signs at this time, if there is one. */
  signing(now: number): SigningKey | undefined
  /** The key of that kid, unless it is retired. One that is not active yet verifies as well. */
  find(kid: string, now: number): VerificationKey | undefined
  jwks(now: number): { readonly keys: readonly JWK[] }
  /** A key that waits for its time. */
  waiting(now: number): StoredKey | undefined
  isRotationDue(now: number): boolean
}

interface Known {
  readonly sealed: string
  readonly opened: Awaited<ReturnType<typeof openStoredKey>>
}

interface Entry {
  readonly stored: StoredKey
  readonly opened: OpenedKey
  readonly retiredAt: number
  readonly verification: VerificationKey
}

/**
 * Makes sets, importing only what the last reading had not.
 *
 * @param onRefused called once for a key that no secret of ours has sealed.
 *
 * Reading throws TypeError for a key that cannot be trusted, and for two keys of one kid.
 */
export function createKeySetReader(
  ring: KeyRing,
  algorithm: SigningAlgorithm,
  times: KeyTimes,
  onRefused: (kid: string) => void,
) {
  let known = new Map<string, Known>()

  async function open(key: StoredKey): Promise<Known['opened']> {
    const before = known.get(key.kid)
    if (before?.sealed === key.sealedPrivateJwk) return before.opened
    const opened = await openStoredKey(ring, key)
    if (opened === 'refused') onRefused(key.kid)
    return opened
  }

  return async (stored: readonly StoredKey[]): Promise<KeySet> => {
    // Which of the two a token meant could not be told (RFC 7517 §4.5).
    if (new Set(stored.map(({ kid }) => kid)).size !== stored.length) {
      throw new TypeError('two stored signing keys have the same kid')
    }
    const opened = await Promise.all(stored.map(async (key) => ({ key, opened: await open(key) })))
    known = new Map(
      opened.map(({ key, opened: one }) => [
        key.kid,
        { sealed: key.sealedPrivateJwk, opened: one },
      ]),
    )
    const trusted = opened.filter((one) => one.opened !== 'refused').map(({ key }) => key)
    const entries = opened.flatMap(({ key, opened: one }) =>
      typeof one === 'object' ? [entryOf(key, one, retiredAt(key, trusted, times))] : [],
    )
    return keySetOf({ stored, trusted }, entries, algorithm, times)
  }
}

function entryOf(stored: StoredKey, opened: OpenedKey, end: number): Entry {
  const { kid, algorithm, check } = opened
  const verification = Object.freeze({ kid, algorithm, check })
  return { stored, opened, retiredAt: end, verification }
}

function keySetOf(
  records: Pick<KeySet, 'stored' | 'trusted'>,
  entries: readonly Entry[],
  algorithm: SigningAlgorithm,
  times: KeyTimes,
): KeySet {
  const newestFirst = entries.toSorted((a, b) => b.stored.sequence - a.stored.sequence)
  const byKid = new Map(entries.map((entry) => [entry.opened.kid, entry]))
  const signers = new Map(entries.flatMap(({ opened }) => signerOf(opened, algorithm)))
  const usable = (now: number) =>
    newestFirst
      .filter((entry) => now < entry.retiredAt && signers.has(entry.opened.kid))
      .map((entry) => entry.stored)
  const signing = (now: number) => signers.get(signingChoice(usable(now), now)?.kid ?? '')

  return Object.freeze({
    ...records,
    signing,
    find(kid: string, now: number) {
      const entry = byKid.get(kid)
      return entry !== undefined && now < entry.retiredAt ? entry.verification : undefined
    },
    jwks: (now: number) => ({
      keys: newestFirst
        .filter((entry) => now < entry.retiredAt)
        .flatMap((entry) => entry.opened.publishedJwk ?? []),
    }),
    waiting: (now: number) =>
      usable(now).find(({ kid, activeAt }) => activeAt > now && kid !== signing(now)?.kid),
    isRotationDue: (now: number) => isRotationDue(usable(now), times, now),
  })
}

function signerOf(opened: OpenedKey, wanted: SigningAlgorithm): [string, SigningKey][] {
  const { kid, algorithm, signer } = opened
  if (algorithm !== wanted) return []
  return [[kid, Object.freeze({ kid, algorithm, sign: signer })]]
}
