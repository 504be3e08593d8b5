/** The routes on web-standard requests. */

import type { Auth } from '../auth.ts'
import { AuthError } from '../errors.ts'
import { checkAuth } from '../http/checked-input.ts'
import { problemResponse } from '../http/problem.ts'
import { pathUnder } from '../http/request.ts'
import { type ConnectionInfo, httpRequest } from './request.ts'
import { webResponse } from './response.ts'

/** Answers any request; one that is not under `basePath` with 404. Never rejects. */
export type FetchAuthHandler = (request: Request, info?: ConnectionInfo) => Promise<Response>

/**
 * Makes a handler of everything under `basePath`, the whole path of the URL counted.
 *
 * ```ts
 * const handleAuth = authHandler(auth)
 * app.all('/auth/*', (c) => handleAuth(c.req.raw))
 * ```
 *
 * It reads the body itself, up to 16 KB. A body that was read before is a mistake of the
 * programmer: the answer is 500 and a process warning says what to do.
 */
export function authHandler(auth: Auth): FetchAuthHandler {
  checkAuth('authHandler', auth, 'routes')
  const { basePath } = auth.http.core.settings
  return async (request, info = {}) => {
    try {
      const path = pathUnder(basePath, new URL(request.url).pathname)
      if (path === undefined) throw new AuthError('not_found')
      return webResponse(request.method, await auth.http.handle(httpRequest(request, path, info)))
    } catch (error) {
      return webResponse(request.method, problemResponse(error))
    }
  }
}
