/**
 * UUID version 7 (RFC 9562 §5.7): ids that carry their birth in milliseconds.
 *
 * Ids are names, not secrets: nothing is granted to whoever knows one.
 */

import { randomFillSync } from 'node:crypto'

export function uuidV7(now: number): string {
  const bytes = Buffer.alloc(16)
  randomFillSync(bytes, 6)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return uuidFromBytes(bytes)
}

/** Milliseconds since 1970 at which the id was made. */
export const uuidTime = (uuid: string): number =>
  Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)

/** @param uuid in the canonical form; of anything else the bytes mean nothing. */
export function uuidBytes(uuid: string): Buffer {
  const bytes = Buffer.alloc(uuidByteLength)
  writeUuid(bytes, uuid, 0)
  return bytes
}

/** Writes the sixteen bytes of an id; a quarter of what text without dashes and its decoding cost. */
export function writeUuid(bytes: Uint8Array, uuid: string, at: number): void {
  for (let index = 0; index < uuidByteLength; index += 1) {
    const place = placeOfByte[index] as number
    const high = valueOfDigit[uuid.charCodeAt(place)] as number
    bytes[at + index] = (high << 4) | (valueOfDigit[uuid.charCodeAt(place + 1)] as number)
  }
}

const uuidByteLength = 16
const placeOfByte: readonly number[] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const valueOfDigit: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  Math.max(0, '0123456789abcdef'.indexOf(String.fromCharCode(code))),
)

/** @param at where the sixteen bytes begin. */
export function uuidFromBytes(bytes: Buffer, at = 0): string {
  const hex = bytes.toString('hex', at, at + uuidByteLength)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** True for the canonical lower-case form; anything else is no id of ours. */
export const isUuid = (value: string): boolean =>
  value.length === 36 && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
