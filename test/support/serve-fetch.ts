/** The routes and a guarded one as a function of `Request`, bare and in Hono. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { Auth } from '../../src/auth.ts'
import { authHandler, carryHeaders, type FetchGuard, requireAuth } from '../../src/fetch/index.ts'
import { hasUnreadBody } from '../../src/node/send.ts'
import type { AccessClaims } from '../../src/tokens/claims.ts'
import { listen } from './test-server.ts'

/** Nothing between the socket and the adapter but a `Request` made by the standard's own means. */
export function serveFetch(auth: Auth): Promise<string> {
  const handleAuth = authHandler(auth)
  const verify = requireAuth(auth)
  const handle = async (request: Request, address: string | undefined): Promise<Response> => {
    if (new URL(request.url).pathname.startsWith('/auth')) return handleAuth(request, { address })
    const { claims, headers, response } = await verify(request)
    return response ?? carryHeaders(Response.json({ user: claims.sub }), headers)
  }
  return listen(async (message, response) => {
    const answer = await handle(toRequest(message), message.socket.remoteAddress)
    if (hasUnreadBody(message)) response.setHeader('Connection', 'close')
    await writeResponse(response, answer)
  })
}

function guardOf(verify: FetchGuard): MiddlewareHandler<{ Variables: { claims: AccessClaims } }> {
  return async (c, next) => {
    const { claims, headers, response } = await verify(c.req.raw)
    if (response) return response
    c.set('claims', claims)
    await next()
    c.res = carryHeaders(c.res, headers)
    return undefined
  }
}

/** @param addressOf tells the client's address, where there is a socket to ask. */
export function createHono(auth: Auth, addressOf: (c: Context) => string | undefined): Hono {
  const handleAuth = authHandler(auth)
  const app = new Hono()
  app.all('/auth/*', (c) => handleAuth(c.req.raw, { address: addressOf(c) }))
  app.get('/protected', guardOf(requireAuth(auth)), (c) => c.json({ user: c.var.claims.sub }))
  return app
}

export function serveHono(auth: Auth): Promise<string> {
  const app = createHono(auth, (c) => getConnInfo(c).remote.address)
  return listen(getRequestListener(app.fetch))
}

function toRequest(message: IncomingMessage): Request {
  const { method = 'GET', url = '/', rawHeaders } = message
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] as string, rawHeaders[index + 1] as string)
  }
  const body = method === 'GET' || method === 'HEAD' ? null : Readable.toWeb(message)
  return new Request(`http://localhost${url}`, {
    method,
    headers,
    body: body as ReadableStream | null,
    duplex: 'half',
  } as RequestInit)
}

async function writeResponse(response: ServerResponse, answer: Response): Promise<void> {
  for (const [name, value] of answer.headers) response.appendHeader(name, value)
  response.writeHead(answer.status)
  response.end(Buffer.from(await answer.arrayBuffer()))
}
