/** The routes on plain `node:http`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth } from '../auth.ts'
import { AuthError } from '../errors.ts'
import { problemResponse } from '../http/problem.ts'
import { pathUnder } from '../http/request.ts'
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
  const { basePath } = auth.http.core.settings
  return (request, response) => {
    const path = pathUnder(basePath, pathOf(request.url))
    if (path === undefined) return false
    void answer(auth, request, response, path)
    return true
  }
}

/** Answers a request whose path under the mount point is known. Never rejects. */
export async function answer(
  auth: Auth,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  try {
    sendResponse(request, response, await auth.http.handle(httpRequest(request, path)))
  } catch (error) {
    sendResponse(
      request,
      response,
      problemResponse(new AuthError('internal_error', { cause: error })),
    )
  }
}

/** The path of a request target, without the query. */
export function pathOf(url = '/'): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
