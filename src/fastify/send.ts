/** Sends a plain response as Fastify's reply, so that the application's own hooks see it. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpResponse } from '../http/response.ts'
import { hasUnreadBody } from '../node/send.ts'

/** The part of Fastify's reply that is used; replies of all routes fit it, whatever their types. */
export interface Reply {
  readonly sent: boolean
  readonly raw: ServerResponse
  code(status: number): unknown
  header(name: string, value: unknown): unknown
  getHeader(name: string): number | string | string[] | undefined
  send(payload?: unknown): unknown
}

export function sendReply(
  request: IncomingMessage,
  reply: Reply,
  { status, headers, body }: HttpResponse,
): void {
  if (reply.sent) return
  reply.code(status)
  for (const name in headers) {
    const value = headers[name] as string | readonly string[]
    const earlier = name === 'Vary' ? reply.getHeader(name) : undefined
    // Fastify itself appends where the header is Set-Cookie.
    reply.header(name, earlier === undefined ? value : `${earlier}, ${value}`)
  }
  // A body that was refused unread must not be taken for the next request.
  if (hasUnreadBody(request) && request.httpVersionMajor < 2) reply.header('Connection', 'close')
  // As bytes: to text that is called JSON Fastify adds a charset, which JSON does not have.
  reply.send(body === undefined ? undefined : Buffer.from(body))
}
