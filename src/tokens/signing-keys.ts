/**
 * The signing keys of a deployment as one process knows them: read at an interval, looked up by kid,
 * published as a JWKS (RFC 7517 §5).
 *
 * Signs and verifies nothing. A kid is an opaque key of a Map, and asking for unknown ones costs at
 * most one read of the store in ten seconds.
 */

import type { JWK } from 'jose'
import { toIsoTime } from '../clock.ts'
import { type AuthError, unavailable } from '../errors.ts'
import { type KeyState, keyState, relistMilliseconds } from './key-life.ts'
import type { KeySet, SigningKey, VerificationKey } from './key-set.ts'
import { createKeyUpkeep, type KeyUpkeep, type KeyUpkeepOptions } from './key-upkeep.ts'

export type { SigningAlgorithm } from './key-import.ts'

/** A signing key as its owner sees it; times in ISO 8601. */
export interface SigningKeyView {
  readonly kid: string
  readonly algorithm: string
  readonly createdAt: string
  /** From when on it signs. */
  readonly activeAt: string
  /**
   * `published`: verifies, signs later. `retiring`: verifies what it signed until that expires.
   * `refused`: no secret of ours has sealed it, so it signs and verifies nothing.
   */
  readonly state: Exclude<KeyState, 'retired'> | 'refused'
}

export interface SigningKeys {
  /** The key that signs now, as far as this process has read. */
  current(): SigningKey
  /** The same, after a read of the store where the last one is too old to know the newest key. */
  forSigning(): SigningKey | Promise<SigningKey>
  /**
   * Looks a key up. A known kid is answered at once.
   *
   * @throws AuthError `temporarily_unavailable` when the kid is unknown and the store is down.
   */
  find(kid: string): VerificationKey | undefined | Promise<VerificationKey | undefined>
  /** Public keys only; HS256 keys are never in it. */
  jwks(): { readonly keys: readonly JWK[] }
  /**
   * Adds the next key, active one publication interval later; one that waits already is returned.
   *
   * @param options `now`: the new key signs at once, and all others end. For a key that leaked.
   */
  rotate(options?: { readonly now?: boolean }): Promise<Pick<SigningKeyView, 'kid' | 'activeAt'>>
  /** The keys of the store that are not retired, oldest first. */
  list(): Promise<readonly SigningKeyView[]>
  /** Reads the keys, adds and removes what is due; a timer does so each minute. Never rejects. */
  refresh(): Promise<void>
  /** Ends the timer; resolves when a read that goes on has ended. */
  stop(): Promise<void>
}

export interface SigningKeysOptions extends KeyUpkeepOptions {
  /** Called when a key no longer verifies, so that what it verified may be forgotten. */
  readonly onRemoved?: () => void
}

const listCooldownMilliseconds = 10_000
/** The same after a read that failed. */
const failureCooldownMilliseconds = 1000
/** The timer, after a read that failed. */
const retryMilliseconds = 5000
/** Below every publication interval: a younger list holds each key whose time has come. */
const signingListAge = 300_000

/**
 * Opens the keys of the store, and makes one when none can sign with this algorithm.
 *
 * Any number of processes may do so at once; they end up with the same key. Private parts that an
 * older secret sealed are sealed again; what no secret opens is passed over, with the event
 * `signing_key_refused`.
 *
 * @throws TypeError when the store holds a weak or malformed key.
 */
export async function openSigningKeys(options: SigningKeysOptions): Promise<SigningKeys> {
  const upkeep = createKeyUpkeep(options)
  return followKeys(options, upkeep, await upkeep.maintain(), options.now())
}

function followKeys(
  options: SigningKeysOptions,
  upkeep: KeyUpkeep,
  first: KeySet,
  openedAt: number,
): SigningKeys {
  const { now, times } = options
  let keys = first
  let current = first.signing(openedAt) as SigningKey
  let readAt = openedAt
  let askedAt = Number.NEGATIVE_INFINITY
  let failure: AuthError | undefined
  let listing: Promise<void> | undefined
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let refreshing: Promise<void> | undefined

  async function readKeys(): Promise<void> {
    const startedAt = now()
    try {
      const before = keys
      keys = await upkeep.read()
      readAt = startedAt
      failure = undefined
      const verifiedBy = (set: KeySet, kid: string) => set.find(kid, startedAt) !== undefined
      if (before.stored.some(({ kid }) => verifiedBy(before, kid) && !verifiedBy(keys, kid))) {
        options.onRemoved?.()
      }
    } catch (error) {
      failure = unavailable(error)
    }
  }

  /** One at a time: a later answer of the store never gives way to an earlier one. */
  function list(): Promise<void> {
    listing ??= readKeys().finally(() => {
      listing = undefined
    })
    return listing
  }

  function schedule(): void {
    if (stopped) return
    const interval = failure ? retryMilliseconds : relistMilliseconds
    const jitter = 0.75 + Math.random() / 2
    timer = setTimeout(() => {
      refreshing = refresh().then(schedule)
    }, interval * jitter)
    timer.unref()
  }

  async function refresh(): Promise<void> {
    // What could not be written now will be next time; that must not keep new keys from being read.
    await upkeep.maintain().catch(() => {})
    await listAnew()
  }

  /** A list that goes on already may lack what was just written. */
  async function listAnew(): Promise<void> {
    await listing
    await list()
  }

  async function findUnknown(kid: string): Promise<VerificationKey | undefined> {
    const cooldown = failure ? failureCooldownMilliseconds : listCooldownMilliseconds
    if (listing !== undefined) await listing
    else if (Math.abs(now() - askedAt) >= cooldown) {
      askedAt = now()
      await list()
    }
    const key = keys.find(kid, now())
    if (key === undefined && failure !== undefined) throw failure
    return key
  }

  function signing(): SigningKey {
    current = keys.signing(now()) ?? current
    return current
  }

  async function change(work: Promise<{ kid: string; activeAt: number }>) {
    const { kid, activeAt } = await work
    await listAnew()
    return { kid, activeAt: toIsoTime(activeAt) }
  }

  schedule()
  return Object.freeze({
    current: signing,
    forSigning: () => (now() - readAt < signingListAge ? signing() : list().then(signing)),
    find: (kid: string) => keys.find(kid, now()) ?? findUnknown(kid),
    jwks: () => keys.jwks(now()),
    rotate: (given: { readonly now?: boolean } = {}) =>
      change(given.now === true ? upkeep.replaceAll() : upkeep.addNext()),
    async list() {
      const { stored, trusted } = await upkeep.read()
      return stored.flatMap((key): SigningKeyView[] => {
        const { kid, algorithm } = key
        const isTrusted = trusted.includes(key)
        const state = isTrusted ? keyState(key, trusted, times, now()) : 'refused'
        const [createdAt, activeAt] = [toIsoTime(key.createdAt), toIsoTime(key.activeAt)]
        return state === 'retired' ? [] : [{ kid, algorithm, createdAt, activeAt, state }]
      })
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await refreshing
      await listing
    },
    refresh,
  })
}
