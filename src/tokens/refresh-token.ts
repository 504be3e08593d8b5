/**
 * Refresh tokens: wire format, authentication code and stored hash.
 *
 * `csr_` + base64url of 102 bytes: version 1, key id 1, account id 16, session id 16, generation 4,
 * issued at 4 (seconds, store's clock), epoch 4, nonce 8, parent 16, HMAC-SHA-256 32. The code makes
 * a forged or mistyped token fail without touching a store. `sessions/decide-refresh.ts` has the rule.
 */

import { hash, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../crypto/key-rings.ts'
import { createMac, type Mac } from '../crypto/mac.ts'
import { createRandomSource, type RandomSource } from '../crypto/random-source.ts'
import { uuidFromBytes, uuidTime, writeUuid } from '../crypto/uuid.ts'
import type { RestoringToken } from '../sessions/decide-refresh.ts'

const prefix = 'csr_'
const bodyBytes = 70
const tokenBytes = 102
const tokenLength = prefix.length + (tokenBytes / 3) * 4
const hashBytes = 16
const nonceBytes = 8
/** A session of the application itself; version 2 is kept for other clients and narrower scopes. */
const firstParty = 1

/** What is put into a token. */
export interface RefreshTokenContent {
  readonly accountId: string
  readonly sessionId: string
  readonly generation: number
  /** Milliseconds by the store's clock; kept to the second. */
  readonly issuedAt: number
  readonly epoch: number
  /** Hash of the token that this one succeeds; zeros for the first. */
  readonly parent: Uint8Array
}

/** A genuine token: made by us, whatever has become of its session. */
export interface GenuineRefreshToken extends RestoringToken {
  readonly sessionId: string
}

export interface RefreshTokens {
  /** Makes a new token; two calls with the same content make two different tokens. */
  issue(content: RefreshTokenContent): { readonly token: string; readonly hash: Uint8Array }
  /** @returns undefined when the token is not ours, in constant time for a wrong code. */
  open(presentedToken: string): GenuineRefreshToken | undefined
}

export const noParent: Uint8Array = new Uint8Array(hashBytes)

export function createRefreshTokens(ring: KeyRing): RefreshTokens {
  const random = createRandomSource()
  const macs = new Map(ring.all.map(({ id, key }) => [id, createMac(key)]))
  const { id } = ring.current
  const current = { id, mac: macs.get(id) as Mac }
  return Object.freeze({
    issue: (content: RefreshTokenContent) => issue(current, random, content),
    open: (presentedToken: string) => open(macs, presentedToken),
  })
}

interface MacKey {
  readonly id: number
  readonly mac: Mac
}

function issue(current: MacKey, random: RandomSource, content: RefreshTokenContent) {
  const bytes = Buffer.allocUnsafe(tokenBytes)
  bytes[0] = firstParty
  bytes[1] = current.id
  writeUuid(bytes, content.accountId, 2)
  writeUuid(bytes, content.sessionId, 18)
  bytes.writeUInt32BE(content.generation, 34)
  bytes.writeUInt32BE(Math.floor(content.issuedAt / 1000), 38)
  bytes.writeUInt32BE(content.epoch, 42)
  bytes.set(random(nonceBytes), 46)
  bytes.set(content.parent, 54)
  bytes.set(current.mac(bytes.subarray(0, bodyBytes)), bodyBytes)
  const token = prefix + bytes.toString('base64url')
  return {
    token,
    // A successor's is not asked for until it is presented.
    get hash() {
      return hashOf(bytes)
    },
  }
}

function open(
  macs: ReadonlyMap<number, Mac>,
  presentedToken: string,
): GenuineRefreshToken | undefined {
  if (typeof presentedToken !== 'string') return undefined
  if (presentedToken.length !== tokenLength || !presentedToken.startsWith(prefix)) return undefined
  const encoded = presentedToken.slice(prefix.length)
  const bytes = Buffer.from(encoded, 'base64url')
  // Buffer skips foreign characters; only the one canonical spelling of a token is accepted.
  if (bytes.length !== tokenBytes || bytes.toString('base64url') !== encoded) return undefined
  const mac = macs.get(bytes[1] as number)
  if (bytes[0] !== firstParty || mac === undefined) return undefined
  const code = mac(bytes.subarray(0, bodyBytes))
  if (!timingSafeEqual(code, bytes.subarray(bodyBytes))) return undefined
  const sessionId = uuidFromBytes(bytes, 18)
  return {
    accountId: uuidFromBytes(bytes, 2),
    sessionId,
    generation: bytes.readUInt32BE(34),
    issuedAt: bytes.readUInt32BE(38) * 1000,
    epoch: bytes.readUInt32BE(42),
    parent: new Uint8Array(bytes.buffer, bytes.byteOffset + 54, hashBytes),
    hash: hashOf(bytes),
    sessionBornAt: uuidTime(sessionId),
    restorable: true,
  }
}

// By way of a string, which costs less than a buffer that is made for 32 bytes.
function hashOf(bytes: Buffer): Uint8Array {
  const first = Buffer.from(hash('sha256', bytes, 'binary').slice(0, hashBytes), 'latin1')
  return new Uint8Array(first.buffer, first.byteOffset, hashBytes)
}
