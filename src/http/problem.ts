/**
 * The one place that turns an error into a response (RFC 9457, RFC 6750 §3).
 *
 * An error that is not an `AuthError` becomes a 500 that says nothing.
 */

import { AuthError, type ErrorCode } from '../errors.ts'
import type { ProblemBody } from '../wire.ts'
import type { HttpResponse } from './response.ts'

export function problemResponse(error: unknown): HttpResponse {
  const known =
    error instanceof AuthError ? error : new AuthError('internal_error', { cause: error })
  const body: ProblemBody = {
    type: `urn:problem:${known.code.replaceAll('_', '-')}`,
    title: known.message,
    status: known.status,
    code: known.code,
    ...(known.details.fields && { errors: known.details.fields }),
  }
  const challenge = challengeOf(known)
  const retryAfter = retryAfterOf(known)
  return {
    status: known.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
      ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
    },
    body: JSON.stringify(body),
  }
}

function retryAfterOf({ status, details }: AuthError): string | undefined {
  const { retryAfterSeconds } = details
  if (status === 503) return outageRetryAfter(retryAfterSeconds)
  return retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds)
}

/** Two seconds of chance, so that the clients of an outage do not all come back at once. */
export function outageRetryAfter(leastSeconds = 1): string {
  return String(leastSeconds + Math.floor(Math.random() * 3))
}

const realm = 'Bearer realm="api"'

// A 401 without any credentials, or about a password, names no error (RFC 6750 §3.1).
const withoutError: ReadonlySet<ErrorCode> = new Set(['credentials_missing', 'invalid_credentials'])

function challengeOf({ status, code, details }: AuthError): string | undefined {
  if (code === 'insufficient_scope') {
    return `${realm}, error="insufficient_scope", scope="${details.scope ?? ''}"`
  }
  if (code === 'insufficient_user_authentication') {
    return `${realm}, error="insufficient_user_authentication", max_age="${details.maxAgeSeconds ?? 0}"`
  }
  if (code === 'invalid_request' && details.fields === undefined) {
    return `${realm}, error="invalid_request"`
  }
  if (status !== 401) return undefined
  return withoutError.has(code) ? realm : `${realm}, error="invalid_token"`
}
