/** The routes on plain `node:http`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth } from '../auth.ts'
import { AuthError } from '../errors.ts'
import { checkAuth } from '../http/checked-input.ts'
import { problemResponse } from '../http/problem.ts'
import { pathUnder } from '../http/request.ts'
import { type HeadersOf, presentHeaders } from './headers.ts'
import { httpRequest } from './request.ts'
import { sendResponse } from './send.ts'

/** Answers a request if it is for one of the routes. @returns whether it was. */
export type NodeAuthHandler = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Makes a handler of everything under `basePath`.
 *
 * ```ts
 * const handleAuth = authHandler(auth)
 * createServer((request, response) => {
 *   if (handleAuth(request, response)) return
 *   // the application's own routes
 * })
 * ```
 */
export function authHandler(auth: Auth): NodeAuthHandler {
  return createAuthHandler(auth, presentHeaders)
}

/** As `authHandler`, for a server that says which headers count. */
export function createAuthHandler(auth: Auth, headersOf: HeadersOf): NodeAuthHandler {
  checkAuth('authHandler', auth, 'routes')
  const { basePath } = auth.http.core.settings
  return (request, response) => {
    const path = pathUnder(basePath, pathOf(request.url))
    if (path === undefined) return false
    void answer(auth, request, response, path, headersOf)
    return true
  }
}

/** Answers a request whose path under the mount point is known. Never rejects. */
export async function answer(
  auth: Auth,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  headersOf = presentHeaders,
): Promise<void> {
  try {
    sendResponse(request, response, await auth.http.handle(httpRequest(request, path, headersOf)))
  } catch (error) {
    sendResponse(
      request,
      response,
      problemResponse(new AuthError('internal_error', { cause: error })),
    )
  }
}

/** The path of a request target in origin or absolute form (RFC 9112 §3.2), without the query. */
export function pathOf(url = '/'): string {
  const start = url.startsWith('/') ? 0 : pathStart(url)
  const query = url.indexOf('?', start)
  return url.slice(start, query === -1 ? undefined : query) || '/'
}

// The authority is not looked at: the issuer says who this is, never a request.
function pathStart(url: string): number {
  const scheme = url.slice(0, 8).toLowerCase()
  const authority = scheme === 'https://' ? 8 : scheme.startsWith('http://') ? 7 : undefined
  if (authority === undefined) return 0
  const slash = url.indexOf('/', authority)
  const query = url.indexOf('?', authority)
  if (slash !== -1 && (query === -1 || slash < query)) return slash
  return query === -1 ? url.length : query
}
