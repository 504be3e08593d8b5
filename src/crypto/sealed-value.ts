/**
 * Sealed values: text at rest that only the server secret opens (AES-256-GCM, NIST SP 800-38D).
 *
 * Form: base64url of key id (1 byte), nonce (12), ciphertext, tag (16). The context is
 * authenticated, so a sealed value cannot be moved to another place.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyRing } from './key-rings.ts'

const nonceBytes = 12
const tagBytes = 16

export function sealValue(ring: KeyRing, plaintext: string, context: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', ring.current.key, nonce)
  cipher.setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  const parts = [Buffer.of(ring.current.id), nonce, ciphertext, cipher.getAuthTag()]
  return Buffer.concat(parts).toString('base64url')
}

/** @returns the plaintext, or undefined when no secret of the ring opens it. */
export function openSealedValue(
  ring: KeyRing,
  sealed: string,
  context: string,
): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  const key = ring.find(bytes[0] ?? -1)
  if (key === undefined || bytes.length < 1 + nonceBytes + tagBytes) return undefined
  const nonce = bytes.subarray(1, 1 + nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  try {
    const ciphertext = bytes.subarray(1 + nonceBytes, bytes.length - tagBytes)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** True when the value was sealed under the first secret, so it need not be sealed again. */
export function isSealedWithCurrentKey(ring: KeyRing, sealed: string): boolean {
  return Buffer.from(sealed, 'base64url')[0] === ring.current.id
}
