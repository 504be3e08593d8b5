/**
 * Every expected failure and its one table of codes.
 *
 * A code is a promise to clients; the sentence beside it may change. `http/problem.ts` turns an
 * error into a response (RFC 9457); nothing else does.
 */

/** Status and sentence of each code. */
export const errorCodes = {
  invalid_request: { status: 400, message: 'The request is not valid.' },
  invalid_http: { status: 400, message: 'This is not valid HTTP/1.1.' },
  invalid_json: { status: 400, message: 'The body is not valid JSON.' },
  password_refused: { status: 400, message: 'This password cannot be used.' },
  invalid_credentials: { status: 401, message: 'The name or the password is wrong.' },
  credentials_missing: { status: 401, message: 'This needs a log-in.' },
  invalid_token: { status: 401, message: 'The access token is not valid.' },
  token_expired: { status: 401, message: 'The access token has expired.' },
  token_outdated: {
    status: 401,
    message: 'What the account may do has changed since this access token was issued.',
  },
  session_ended: { status: 401, message: 'The session has ended.' },
  refresh_token_invalid: { status: 401, message: 'The refresh token is not valid.' },
  refresh_token_expired: { status: 401, message: 'The refresh token has expired.' },
  refresh_token_superseded: {
    status: 401,
    message: 'A newer refresh token is in use; this request came late. Nothing has ended.',
  },
  refresh_token_replayed: {
    status: 401,
    message: 'The refresh token was used before; the session has ended.',
  },
  refresh_token_not_adopted: {
    status: 401,
    message: 'The client kept using an old refresh token; the session has ended.',
  },
  insufficient_user_authentication: {
    status: 401,
    message: 'This needs a more recent log-in, or the current password.',
  },
  csrf_refused: {
    status: 403,
    message: 'A request with cookies must come from the application itself (send Origin).',
  },
  insufficient_scope: { status: 403, message: 'The access token lacks a scope that this needs.' },
  forbidden: { status: 403, message: 'This account may not do that.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  method_not_allowed: { status: 405, message: 'This path does not know that method.' },
  username_taken: { status: 409, message: 'This username is taken.' },
  email_taken: { status: 409, message: 'This e-mail address is taken.' },
  request_timeout: { status: 408, message: 'The request took too long to arrive.' },
  conflict: { status: 409, message: 'Somebody else changed this at the same time; try again.' },
  body_too_large: { status: 413, message: 'The body is larger than 16 KB.' },
  uri_too_long: { status: 414, message: 'The request target is longer than 8 KB.' },
  unsupported_media_type: { status: 415, message: 'Send Content-Type: application/json.' },
  expectation_failed: { status: 417, message: 'This expectation cannot be met.' },
  too_many_requests: { status: 429, message: 'Too many requests; try again later.' },
  headers_too_large: { status: 431, message: 'The header is larger than 16 KB or 100 lines.' },
  internal_error: { status: 500, message: 'Something went wrong here.' },
  temporarily_unavailable: { status: 503, message: 'Temporarily unavailable; try again.' },
} as const satisfies Record<string, { status: number; message: string }>

export type ErrorCode = keyof typeof errorCodes

/** One reason why a field of the request was refused. */
export interface FieldProblem {
  /** The field's name, `''` for the whole body. */
  readonly field: string
  readonly message: string
}

export interface AuthErrorDetails {
  /** What happened underneath. Never shown to anyone. */
  readonly cause?: unknown
  /** Replaces the table's sentence. May be shown to anyone: no token, name, address or hash. */
  readonly message?: string
  readonly fields?: readonly FieldProblem[]
  /** Seconds until another try makes sense. */
  readonly retryAfterSeconds?: number
  /** The scopes that were needed, with `insufficient_scope`. */
  readonly scope?: string
  /** The greatest age of a log-in in seconds, with `insufficient_user_authentication` (RFC 9470). */
  readonly maxAgeSeconds?: number
}

/** An expected failure. `message` may be shown to anyone; details of the system are in `cause`. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: ErrorCode
  /** HTTP status. */
  readonly status: number
  readonly details: Omit<AuthErrorDetails, 'cause' | 'message'>

  constructor(code: ErrorCode, { cause, message, ...details }: AuthErrorDetails = {}) {
    super(message ?? errorCodes[code].message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = errorCodes[code].status
    this.details = details
  }
}

/** A store or another part that is needed did not answer in time, or answered with an error. */
export function unavailable(cause: unknown): AuthError {
  if (cause instanceof AuthError) return cause
  return new AuthError('temporarily_unavailable', { cause, retryAfterSeconds: 1 })
}
