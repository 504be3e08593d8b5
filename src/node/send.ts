/** Writes a plain response to a `node:http` response. */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { HttpResponse } from '../http/response.ts'
import { hasBody, presentHeaders } from './headers.ts'

export function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): void {
  if (response.headersSent || response.destroyed) return
  const isUnread = hasUnreadBody(request)
  response.writeHead(status, {
    ...added(response, headers),
    ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
    // What was refused unread must not be taken for the next request.
    ...(isUnread && { Connection: 'close' }),
  })
  const content = request.method === 'HEAD' ? undefined : body
  if (isUnread) endAfterBody(request, response, content)
  else response.end(content)
}

/** Adds what adds to the headers that the application has set. @returns the others, which replace them. */
function added(response: ServerResponse, headers: HttpResponse['headers']): OutgoingHttpHeaders {
  if (!('Vary' in headers || 'Set-Cookie' in headers)) return headers as OutgoingHttpHeaders
  const { Vary: vary, 'Set-Cookie': cookies, ...others } = headers
  if (vary !== undefined) response.appendHeader('Vary', vary)
  if (cookies !== undefined) response.appendHeader('Set-Cookie', cookies)
  return others as OutgoingHttpHeaders
}

/** Milliseconds in which the rest of a refused body is read and thrown away. */
const lingerMilliseconds = 1000

/**
 * Answers at once, and closes the connection when the client has sent its body or a second has
 * passed: closed at once, a client that still sends would lose the answer (RFC 9112 §9.6).
 */
function endAfterBody(
  request: IncomingMessage,
  response: ServerResponse,
  content: string | undefined,
): void {
  if (content === undefined) response.flushHeaders()
  else response.write(content)
  const end = (): void => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, lingerMilliseconds)
  request.once('end', end).once('close', end).resume()
}

// `complete` alone is false for every request that is answered at once, with a body or without, and
// is not there at all on the requests that a framework makes up for tests.
export const hasUnreadBody = (request: IncomingMessage): boolean =>
  !request.complete && !request.readableEnded && hasBody(presentHeaders(request))
