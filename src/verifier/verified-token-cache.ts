/**
 * Tokens whose signature and claims were verified, kept until they expire (J20; CVE-2026-35039).
 *
 * Found by the signature segment, and then the whole token is compared. Says nothing about
 * revocation. Two generations: the young one becomes the old one when it is old enough, and what
 * nobody has used by the next turn goes with it. Both together are bounded in entries and in bytes;
 * when they are full, entries of the old one make room one by one, those that were used last. Every
 * operation is O(1).
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
  /** Since it was last put into a generation. */
  isUsed: boolean
}

/** So many used entries are passed over when one has to go; then the next one goes, used or not. */
const mostPassedOver = 8

export function createVerifiedTokenCache(options: VerifiedTokenCacheOptions): VerifiedTokenCache {
  const { leewaySeconds, accessLifetimeSeconds, maxEntries, maxBytes } = {
    ...defaults,
    ...options,
  }
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()
  let leaving = old.entries()
  let youngBytes = 0
  let oldBytes = 0
  let youngSince = Number.NEGATIVE_INFINITY

  function turn(now: number): void {
    old = young
    // One iterator for the life of a generation: a new one would pass over all that has gone.
    leaving = old.entries()
    oldBytes = youngBytes
    young = new Map()
    youngBytes = 0
    youngSince = now
  }

  function isFull(bytes: number): boolean {
    return young.size + old.size >= maxEntries || youngBytes + oldBytes + bytes > maxBytes
  }

  function makeRoom(bytes: number, now: number): void {
    for (let passedOver = 0; isFull(bytes); ) {
      const next = leaving.next()
      if (next.done === true) {
        turn(now)
        continue
      }
      const [signature, entry] = next.value
      takeFromOld(signature, entry)
      if (!entry.isUsed || passedOver === mostPassedOver) continue
      passedOver += 1
      addToYoung(signature, entry)
    }
  }

  function takeFromOld(signature: string, entry: Entry): void {
    old.delete(signature)
    oldBytes -= estimatedBytes(entry)
  }

  function addToYoung(signature: string, entry: Entry): void {
    entry.isUsed = false
    young.set(signature, entry)
    youngBytes += estimatedBytes(entry)
  }

  return Object.freeze({
    get(token: string, now: number) {
      const signature = signatureOf(token)
      const recent = young.get(signature)
      const entry = recent ?? old.get(signature)
      if (entry === undefined || entry.token !== token || now >= entry.validUntil) return undefined
      if (recent === undefined) {
        takeFromOld(signature, entry)
        addToYoung(signature, entry)
      }
      entry.isUsed = true
      return entry.claims
    },
    set(token: string, claims: AccessClaims, now: number) {
      const signature = signatureOf(token)
      if (young.has(signature)) return
      const earlier = old.get(signature)
      if (earlier !== undefined) takeFromOld(signature, earlier)
      const endSeconds = expiresAtSeconds(claims, accessLifetimeSeconds) + leewaySeconds
      const entry = { token, claims, validUntil: endSeconds * 1000, isUsed: false }
      const bytes = estimatedBytes(entry)
      if (bytes > maxBytes / 2 || maxEntries < 2) return
      if (now - youngSince >= accessLifetimeSeconds * 1000) turn(now)
      makeRoom(bytes, now)
      addToYoung(signature, entry)
    },
    clear() {
      turn(youngSince)
      turn(youngSince)
    },
    size: () => young.size + old.size,
  })
}

const signatureOf = (token: string): string => token.slice(token.lastIndexOf('.') + 1)

const estimatedBytes = ({ token }: Entry): number => 512 + 2 * token.length
