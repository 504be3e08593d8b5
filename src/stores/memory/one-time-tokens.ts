/**
 * One-time tokens in memory, by the hash of the token.
 */

import type { Clock } from '../../clock.ts'
import type { OneTimeToken, OneTimeTokenStore } from '../ports.ts'
import type { Steps } from './steps.ts'

/** By the hash of the token, in hexadecimal digits. */
export type TokenMap = Map<string, Omit<OneTimeToken, 'tokenHash'>>

export function memoryOneTimeTokens(
  steps: Steps,
  clock: Clock,
  tokens: TokenMap,
): OneTimeTokenStore {
  function removeThose(matches: (token: Omit<OneTimeToken, 'tokenHash'>) => boolean): void {
    for (const [key, token] of tokens) if (matches(token)) tokens.delete(key)
  }

  return Object.freeze<OneTimeTokenStore>({
    put: ({ tokenHash, ...token }) =>
      steps.run(() => {
        const { accountId, purpose } = token
        removeThose((one) => one.accountId === accountId && one.purpose === purpose)
        tokens.set(keyOf(tokenHash), token)
      }),

    consume: (tokenHash, purpose) =>
      steps.run(() => {
        const token = tokens.get(keyOf(tokenHash))
        if (token?.purpose !== purpose) return undefined
        tokens.delete(keyOf(tokenHash))
        if (token.expiresAt <= clock()) return undefined
        return { accountId: token.accountId, data: token.data }
      }),

    removeAll: (accountId, purpose) =>
      steps.run(() =>
        removeThose(
          (one) => one.accountId === accountId && one.purpose === (purpose ?? one.purpose),
        ),
      ),

    prune: () =>
      steps.run(() => {
        const now = clock()
        removeThose(({ expiresAt }) => expiresAt <= now)
      }),
  })
}

const keyOf = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).toString('hex')
