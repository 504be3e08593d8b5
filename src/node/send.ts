/** Writes a plain response to a `node:http` response. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpResponse } from '../http/response.ts'

export function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): void {
  if (response.headersSent || response.destroyed) return
  response.statusCode = status
  for (const name in headers) {
    const value = headers[name] as string | readonly string[]
    if (name === 'Vary') response.appendHeader(name, value as string)
    else if (name === 'Set-Cookie') response.appendHeader(name, value as string[])
    else response.setHeader(name, value)
  }
  // A body that was refused unread must not be taken for the next request.
  if (hasUnreadBody(request)) response.setHeader('Connection', 'close')
  if (body === undefined) {
    response.end()
    return
  }
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.end(request.method === 'HEAD' ? undefined : body)
}

// `complete` alone is false for every request that is answered at once, with a body or without.
const hasUnreadBody = (request: IncomingMessage): boolean => !request.complete && hasBody(request)

/** Tells from the head whether a body follows. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
