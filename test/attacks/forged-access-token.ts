/** Access tokens as a forger makes them: from a genuine one of a running server, and keys of their own. */

import { createHmac } from 'node:crypto'
import { base64url } from '../tokens/token-kit.ts'

export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signature: string
}

export function partsOf(token: string): TokenParts {
  const [header = '', claims = '', signature = ''] = token.split('.')
  const read = (segment: string) => JSON.parse(Buffer.from(segment, 'base64url').toString())
  return { header: read(header), claims: read(claims), signature }
}

/** Header and claims, as text or to be made JSON, without a signature. */
export function unsigned(header: object | string, claims: object | string): string {
  const encode = (part: object | string) =>
    base64url(typeof part === 'string' ? part : JSON.stringify(part))
  return `${encode(header)}.${encode(claims)}`
}

export function signedWithSecret(
  header: object,
  claims: object | string,
  secret: string | Uint8Array,
): string {
  const text = unsigned(header, claims)
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
