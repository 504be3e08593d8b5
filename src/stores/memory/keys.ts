/**
 * Signing keys in memory; the private parts arrive sealed.
 */

import type { KeyStore, StoredKey } from '../ports.ts'
import type { Steps } from './steps.ts'

export function memoryKeys(steps: Steps): KeyStore {
  const bySequence = new Map<number, StoredKey>()
  const all = () => [...bySequence.values()]

  return Object.freeze<KeyStore>({
    listKeys: () =>
      steps.run(() =>
        all()
          .sort((a, b) => a.sequence - b.sequence)
          .map(copyOf),
      ),

    addKey: (key) =>
      steps.run(() => {
        const exists = bySequence.has(key.sequence) || all().some(({ kid }) => kid === key.kid)
        if (exists) return 'exists'
        bySequence.set(key.sequence, copyOf(key))
        return 'added'
      }),

    resealKey: (kid, sealedPrivateJwk) =>
      steps.run(() => {
        const key = all().find((one) => one.kid === kid)
        if (key !== undefined) bySequence.set(key.sequence, { ...key, sealedPrivateJwk })
      }),

    removeKey: (kid) =>
      steps.run(() => {
        const gone = all().find((one) => one.kid === kid)
        if (gone !== undefined) bySequence.delete(gone.sequence)
      }),
  })
}

const copyOf = (key: StoredKey): StoredKey => ({
  ...key,
  publicJwk: structuredClone(key.publicJwk),
})
