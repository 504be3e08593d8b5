/**
 * Tokens whose signature and claims were verified, kept until they expire (J20; CVE-2026-35039).
 *
 * Found by the signature segment, and then the whole token is compared. Says nothing about
 * revocation. Bounded in entries and in bytes by two generations: the young one, when full or old
 * enough, becomes the old one, whose unused entries are dropped at the next turn; every operation
 * is O(1).
 */

import { type AccessClaims, expiresAtSeconds } from '../tokens/claims.ts'

export interface VerifiedTokenCache {
  /** @returns the claims, unless the token is unknown here or no longer valid at `now`. */
  get(token: string, now: number): AccessClaims | undefined
  /** Keeps a token that was just verified, until `exp` and the leeway have passed. */
  set(token: string, claims: AccessClaims, now: number): void
  clear(): void
  /** Number of tokens kept. */
  size(): number
}

export interface VerifiedTokenCacheOptions {
  readonly leewaySeconds: number
  /** After this long unused an entry may go; twice as long and it has gone. */
  readonly accessLifetimeSeconds: number
  /** @default 100_000 */
  readonly maxEntries?: number
  /**
   * Bound of the memory used, estimated from above as twice a token's length (the token and its
   * claims) and 512 bytes an entry: 32 MiB hold about 18,000 tokens of usual length.
   *
   * @default 33_554_432 (32 MiB)
   */
  readonly maxBytes?: number
}

const defaults = Object.freeze({
  maxEntries: 100_000,
  maxBytes: 32 * 1024 * 1024,
})

interface Entry {
  readonly token: string
  readonly claims: AccessClaims
  /** Milliseconds since 1970 from which the token is expired. */
  readonly validUntil: number
}

export function createVerifiedTokenCache(options: VerifiedTokenCacheOptions): VerifiedTokenCache {
  const { leewaySeconds, accessLifetimeSeconds, maxEntries, maxBytes } = {
    ...defaults,
    ...options,
  }
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()
  let youngBytes = 0
  let youngSince = Number.NEGATIVE_INFINITY

  function turn(now: number): void {
    old = young
    young = new Map()
    youngBytes = 0
    youngSince = now
  }

  function add(signature: string, entry: Entry, now: number): void {
    const bytes = estimatedBytes(entry)
    const full = young.size + 1 > maxEntries / 2 || youngBytes + bytes > maxBytes / 2
    if (full || now - youngSince >= accessLifetimeSeconds * 1000) turn(now)
    if (bytes > maxBytes / 2 || maxEntries < 2) return
    youngBytes += bytes
    young.set(signature, entry)
  }

  return Object.freeze({
    get(token: string, now: number) {
      const signature = signatureOf(token)
      const recent = young.get(signature)
      const entry = recent ?? old.get(signature)
      if (entry === undefined || entry.token !== token || now >= entry.validUntil) return undefined
      if (recent === undefined) {
        old.delete(signature)
        add(signature, entry, now)
      }
      return entry.claims
    },
    set(token: string, claims: AccessClaims, now: number) {
      const signature = signatureOf(token)
      if (young.has(signature)) return
      const endSeconds = expiresAtSeconds(claims, accessLifetimeSeconds) + leewaySeconds
      const validUntil = endSeconds * 1000
      old.delete(signature)
      add(signature, Object.freeze({ token, claims, validUntil }), now)
    },
    clear() {
      turn(youngSince)
      old = new Map()
    },
    size: () => young.size + old.size,
  })
}

const signatureOf = (token: string): string => token.slice(token.lastIndexOf('.') + 1)

const estimatedBytes = ({ token }: Entry): number => 512 + 2 * token.length
