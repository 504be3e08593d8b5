/** Cross-origin reads: an exact list of origins, never `*`, never a reflected one (ASVS 3.4.2). */

import type { HttpRequest } from './request.ts'
import { emptyResponse, type HeaderValues, type HttpResponse } from './response.ts'
import type { HttpSettings } from './settings.ts'

/** Headers for an answer to a page of a listed origin. */
export function corsHeaders(settings: HttpSettings, request: HttpRequest): HeaderValues {
  if (settings.origins.length === 0) return {}
  const origin = request.header('origin')
  if (origin === undefined || !settings.origins.includes(origin)) return { Vary: 'Origin' }
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After',
  }
}

/** Answers a preflight; undefined when the request is none or its origin is not listed. */
export function preflightResponse(
  settings: HttpSettings,
  request: HttpRequest,
  methods: readonly string[],
): HttpResponse | undefined {
  if (request.method !== 'OPTIONS') return undefined
  const headers = corsHeaders(settings, request)
  if (!('Access-Control-Allow-Origin' in headers)) return undefined
  return emptyResponse({
    ...headers,
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Max-Age': '600',
  })
}
