/**
 * Carries the signing keys, sealed as they are: both servers have the same secret. So access tokens that
 * the old server issued are verified by the new one.
 */

import type { Move } from './move-context.ts'

export interface MovedKeys {
  readonly keys: number
  readonly keysLeft: number
}

export async function moveKeys({ from, to, mode }: Move): Promise<MovedKeys> {
  const ours = await from.keys.listKeys()
  const known = await to.keys.listKeys()
  const kids = new Set(ours.map(({ kid }) => kid))
  // Keys that a server made on a target without accounts, or that the source has retired since.
  const surplus = mode === 'merge' ? [] : known.filter(({ kid }) => !kids.has(kid))
  for (const { kid } of surplus) await to.keys.removeKey(kid)
  let keysLeft = 0
  for (const key of ours) {
    const there = known.find(({ kid }) => kid === key.kid)
    if (there === undefined) {
      if ((await to.keys.addKey(key)) === 'exists') keysLeft += 1
    } else if (mode !== 'merge' && there.sealedPrivateJwk !== key.sealedPrivateJwk) {
      await to.keys.resealKey(key.kid, key.sealedPrivateJwk)
    }
  }
  return { keys: ours.length - keysLeft, keysLeft }
}
