/**
 * Session ids: UUIDs version 7 (RFC 9562 §5.7) that show whose session they name.
 *
 * The last five bytes are a code over the rest and the account, made with the server secret. So a
 * session that its store has lost can still be told from one of somebody else, and be ended for good
 * before a refresh brings it back (docs/decisions/0024-session-ids-that-name-their-owner.md). Nothing
 * is granted to whoever knows an id.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DerivedKey, KeyRing } from '../crypto/key-rings.ts'
import { isUuid, uuidBytes, uuidFromBytes, uuidV7 } from '../crypto/uuid.ts'

/** Of sixteen. What is left random, 34 bits, tells sessions of one account and millisecond apart. */
const codeBytes = 5
const bodyBytes = 16 - codeBytes

export interface SessionIds {
  /** @param bornAt milliseconds since 1970 by the store's clock. */
  create(accountId: string, bornAt: number): string
  /** True for an id that a secret of the ring has made for this account. Asks no store. */
  isOf(sessionId: string, accountId: string): boolean
}

/** @param ring of purpose `session ids`. */
export function createSessionIds(ring: KeyRing): SessionIds {
  return Object.freeze<SessionIds>({
    create(accountId, bornAt) {
      const bytes = uuidBytes(uuidV7(bornAt))
      bytes.set(codeOf(ring.current, bytes, accountId), bodyBytes)
      return uuidFromBytes(bytes)
    },
    isOf(sessionId, accountId) {
      if (!isUuid(sessionId)) return false
      const bytes = uuidBytes(sessionId)
      const code = bytes.subarray(bodyBytes)
      return ring.all.some((key) => timingSafeEqual(codeOf(key, bytes, accountId), code))
    },
  })
}

const codeOf = ({ key }: DerivedKey, bytes: Uint8Array, accountId: string): Uint8Array =>
  createHmac('sha256', key)
    .update(bytes.subarray(0, bodyBytes))
    .update(accountId)
    .digest()
    .subarray(0, codeBytes)
