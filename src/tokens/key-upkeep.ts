/**
 * What is written about signing keys: a first one, the next one, the end of old ones, new seals.
 *
 * Any process may do any of it at any time. Two that add the same sequence disagree in nothing,
 * since the store takes one of them, and the other reads the list again.
 */

import type { Clock } from '../clock.ts'
import type { KeyRing } from '../crypto/key-rings.ts'
import { isSealedWithCurrentKey } from '../crypto/sealed-value.ts'
import { AuthError } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { KeyStore, StoredKey } from '../stores/ports.ts'
import type { SigningAlgorithm } from './key-import.ts'
import { isRemovable, type KeyTimes } from './key-life.ts'
import { createKeySetReader, type KeySet } from './key-set.ts'
import { createStoredKey, resealed } from './stored-keys.ts'

export interface KeyUpkeepOptions {
  readonly store: KeyStore
  /** The ring of purpose `signing key seal`. */
  readonly ring: KeyRing
  readonly algorithm: SigningAlgorithm
  readonly times: KeyTimes
  readonly now: Clock
  readonly emit: Emit
}

export interface KeyUpkeep {
  read(): Promise<KeySet>
  /** Adds a key where none can sign or the newest is old; removes and seals again what is due. */
  maintain(): Promise<KeySet>
  /** Adds the next key, unless one is waiting already. @returns it. */
  addNext(): Promise<StoredKey>
  /** Adds a key that is active at once, and removes all older ones. @returns it. */
  replaceAll(): Promise<StoredKey>
}

const attempts = 16

export function createKeyUpkeep(options: KeyUpkeepOptions): KeyUpkeep {
  const { store, ring, algorithm, times, now, emit } = options
  const readSet = createKeySetReader(ring, algorithm, times, (kid) =>
    emit({ type: 'signing_key_refused', kid }),
  )
  const read = async () => readSet(await store.listKeys())

  async function add({ stored }: KeySet, activeAt: number): Promise<StoredKey | undefined> {
    const sequence = Math.max(0, ...stored.map((key) => key.sequence)) + 1
    const key = await createStoredKey(ring, algorithm, { sequence, createdAt: now(), activeAt })
    // When another process was first, its key is in the next list.
    if ((await store.addKey(key)) === 'exists') return undefined
    emit({ type: 'signing_key_created', kid: key.kid })
    return key
  }

  async function remove(key: StoredKey): Promise<void> {
    await store.removeKey(key.kid)
    emit({ type: 'signing_key_removed', kid: key.kid })
  }

  async function untilDone<Result>(
    attempt: (set: KeySet) => Promise<Result | undefined>,
  ): Promise<Result> {
    for (let count = 0; count < attempts; count += 1) {
      const done = await attempt(await read())
      if (done !== undefined) return done
    }
    throw new AuthError('temporarily_unavailable', { cause: 'no signing key could be agreed on' })
  }

  /** @returns undefined when it added a key or another process did, so the list is to be read. */
  async function withCurrentKey(set: KeySet): Promise<KeySet | undefined> {
    const time = now()
    if (set.signing(time) === undefined) await add(set, time)
    else if (set.isRotationDue(time)) await add(set, time + times.publication)
    else return set
    return undefined
  }

  return Object.freeze({
    read,
    async maintain() {
      const set = await untilDone(withCurrentKey)
      for (const key of set.stored) {
        if (isRemovable(key, set.trusted, times, now())) await remove(key)
        else await resealKey(key, store, ring)
      }
      return set
    },
    addNext: () =>
      untilDone(async (set) => {
        const hasSigner = set.signing(now()) !== undefined
        return set.waiting(now()) ?? add(set, hasSigner ? now() + times.publication : now())
      }),
    async replaceAll() {
      const key = await untilDone((set) => add(set, now()))
      for (const older of await store.listKeys()) {
        if (older.sequence < key.sequence) await remove(older)
      }
      return key
    },
  })
}

async function resealKey(key: StoredKey, store: KeyStore, ring: KeyRing): Promise<void> {
  if (isSealedWithCurrentKey(ring, key.sealedPrivateJwk)) return
  const sealed = resealed(ring, key)
  if (sealed !== undefined) await store.resealKey(key.kid, sealed)
}
