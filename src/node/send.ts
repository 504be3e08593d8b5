/** Writes a plain response to a `node:http` response. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpResponse } from '../http/response.ts'

export function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): void {
  if (response.headersSent || response.destroyed) return
  if (body !== undefined && !hasUnreadBody(request) && !addsToHeaders(headers)) {
    response.writeHead(status, {
      ...(headers as Record<string, string>),
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    return
  }
  response.statusCode = status
  for (const name in headers) {
    const value = headers[name] as string | readonly string[]
    if (name === 'Vary') response.appendHeader(name, value as string)
    else if (name === 'Set-Cookie') response.appendHeader(name, value as string[])
    else response.setHeader(name, value)
  }
  const content = request.method === 'HEAD' ? undefined : body
  if (body !== undefined) response.setHeader('Content-Length', Buffer.byteLength(body))
  if (hasUnreadBody(request)) endAfterBody(request, response, content)
  else response.end(content)
}

/** These add to what the application has set; all others replace it. */
const addsToHeaders = (headers: HttpResponse['headers']): boolean =>
  'Set-Cookie' in headers || 'Vary' in headers

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
  // What was refused unread must not be taken for the next request.
  response.setHeader('Connection', 'close')
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
  !request.complete && !request.readableEnded && hasBody(request)

/** Tells from the head whether a body follows. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
