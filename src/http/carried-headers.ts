/**
 * Headers that the application's own answer must carry whatever it sets itself: new cookies, and with
 * them `no-store`. An adapter puts them on last.
 */

import type { HeaderValues } from './response.ts'

/** Of an answer of ours: body and type are the application's own. */
export function carriedHeaders({ 'Set-Cookie': cookies }: HeaderValues): HeaderValues {
  return cookies === undefined ? {} : { 'Set-Cookie': cookies, 'Cache-Control': 'no-store' }
}

/** Each of them can allow a shared cache by itself (RFC 9111 §5.3, RFC 9213); `no-store` drops them. */
export const cacheHeaders = ['expires', 'cdn-cache-control', 'surrogate-control'] as const
