/**
 * Ids in keys and records: the sixteen bytes of a UUID, or their base64url.
 */

import { Buffer } from 'node:buffer'

export const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

export function idOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

export const shortId = (id: string): string => idBytes(id).toString('base64url')
