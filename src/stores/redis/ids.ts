/**
 * Ids in keys and records: the sixteen bytes of a UUID, or their base64url.
 */

import { Buffer } from 'node:buffer'

export function idBytes(id: string): Buffer {
  const bytes = Buffer.alloc(16)
  writeId(bytes, id, 0)
  return bytes
}

/** Writes the sixteen bytes of an id. */
export function writeId(bytes: Buffer, id: string, at: number): void {
  bytes.write(id.replaceAll('-', ''), at, 'hex')
}

export function idOf(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export const shortId = (id: string): string => idBytes(id).toString('base64url')
