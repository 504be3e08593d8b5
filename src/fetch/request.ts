/** Turns a web-standard `Request` into the plain request that `http/` works on. */

import { AuthError } from '../errors.ts'
import type { GuardRequest, HttpRequest, RequestBody } from '../http/request.ts'
import { maximumBodyBytes } from '../http/request.ts'

/** What a `Request` does not say and the server that received it knows. */
export interface ConnectionInfo {
  /** The address at the other end of the connection. @default unknown */
  readonly address?: string | undefined
}

/** The part of a `Request` that the guard reads. */
export interface GuardableRequest {
  readonly method: string
  readonly headers: Pick<Headers, 'get'>
}

export function guardRequest({ method, headers }: GuardableRequest): GuardRequest {
  return {
    method,
    header: (name) => headers.get(name) ?? undefined,
    repeatedAuthorization: isRepeated(headers.get('authorization')),
  }
}

/** @param path under the mount point, without the query. */
export function httpRequest(
  request: Request,
  path: string,
  { address }: ConnectionInfo,
): HttpRequest {
  return {
    ...guardRequest(request),
    path,
    // Bun and others hand something of their own to a handler that is passed to them as it is.
    address: typeof address === 'string' ? address : undefined,
    body: () => readBody(request),
  }
}

/** The start of credentials, `scheme value`, which a parameter (`name="value"`) is not. */
const credentialsStart = /^[!-~]+ +[^ =]/

// `Headers` joins several lines with a comma, which is in no token, but may be in other credentials.
function isRepeated(authorization: string | null): boolean {
  if (authorization === null || !authorization.includes(',')) return false
  const lines = authorization.split(',').map((part) => part.trim())
  return lines.filter((line) => line === '' || credentialsStart.test(line)).length > 1
}

async function readBody(request: Request): Promise<RequestBody> {
  if (request.bodyUsed || request.body?.locked) {
    throw new TypeError(
      'The body of this request was read before authHandler got it; pass request.clone() instead',
    )
  }
  return request.body === null ? { bytes: new Uint8Array() } : readStream(request.body)
}

async function readStream(stream: ReadableStream<Uint8Array>): Promise<RequestBody> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { bytes: Buffer.concat(chunks) }
      length += value.byteLength
      if (length > maximumBodyBytes) return { tooLarge: true }
      chunks.push(value)
    }
  } catch (cause) {
    // The client left in the middle: nothing that anyone has to hear of.
    throw new AuthError('invalid_request', { cause })
  } finally {
    // The rest is left to the server, as all of a body is that says by its length that it is too long.
    reader.releaseLock()
  }
}
