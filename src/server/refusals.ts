/**
 * What is refused before any route is asked: bytes that are no HTTP, and requests that no route
 * could mean. Answers are the same problem documents as everywhere (RFC 9457).
 *
 * Sources: RFC 9112 §3.2 (Host), RFC 9110 §7.1 and §15.5, RFC 6585 §5; ASVS 4.2.1, 13.4.4.
 */

import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { AuthError, type ErrorCode } from '../errors.ts'
import { problemResponse } from '../http/problem.ts'
import { maximumBodyBytes } from '../http/request.ts'
import { emptyResponse, type HttpResponse, withHeaders } from '../http/response.ts'
import { countLines } from '../node/headers.ts'

/** Lines of a head; far above what browsers and proxies send. */
export const maximumHeaders = 100

/** Half of a head: the rest of it has room for cookies and an Authorization line. */
const maximumTargetLength = 8_192

const methods = 'GET, HEAD, POST, PATCH, DELETE, OPTIONS'

/** Judges a request by its head alone. @returns undefined for one that the routes may see. */
export function refusalOf(request: IncomingMessage): HttpResponse | undefined {
  const { url = '/', method, rawHeaders, httpVersion } = request
  if (url.length > maximumTargetLength) return refused('uri_too_long')
  if (rawHeaders.length / 2 > maximumHeaders) return refused('headers_too_large')
  if (httpVersion !== '1.0' && countLines(rawHeaders, 'host') !== 1) {
    return refused('invalid_http', 'Send one Host header.')
  }
  // It would show a page's scripts the headers that they must not read.
  if (method === 'TRACE' || method === 'CONNECT') return methodRefused()
  if (url === '*' && method === 'OPTIONS') return emptyResponse({ Allow: methods })
  return undefined
}

/** True when a body is known to be too large before it is sent (RFC 9110 §10.1.1). */
export const announcesTooMuch = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length'] ?? 0) > maximumBodyBytes

export const refused = (code: ErrorCode, message?: string): HttpResponse =>
  problemResponse(new AuthError(code, message === undefined ? {} : { message }))

export const methodRefused = (): HttpResponse =>
  withHeaders(refused('method_not_allowed'), { Allow: methods })

/** What the HTTP parser's complaint is in HTTP. */
export function parserRefusal(code: string | undefined): HttpResponse {
  if (code === 'HPE_HEADER_OVERFLOW') return refused('headers_too_large')
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return refused('body_too_large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refused('request_timeout')
  return refused('invalid_http')
}

const lingerMilliseconds = 1000

/**
 * Writes an answer on a connection that has no `ServerResponse`, and closes it.
 *
 * @param lingers for a client that may still be sending: closed at once, it would lose the answer
 * (RFC 9112 §9.6). What it sends within a second is thrown away.
 */
export function answerAndClose(
  socket: Duplex,
  { status, headers, body = '' }: HttpResponse,
  { lingers }: { readonly lingers: boolean },
): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  const close = (): void => void socket.destroy()
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, lingers ? undefined : close)
  if (!lingers) return
  const timer = setTimeout(close, lingerMilliseconds)
  socket.once('close', () => clearTimeout(timer))
  socket.once('end', close).resume()
}
