/** The routes on Express 4 and 5, before or after `express.json()`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth } from '../auth.ts'
import { checkAuth } from '../http/checked-input.ts'
import { answer, pathOf } from '../node/auth-handler.ts'

/** Express calls it with the mount point cut off `request.url`. */
export type ExpressHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Makes the middleware that answers all routes; mount it at `basePath`.
 *
 * ```ts
 * app.use('/auth', authRouter(auth))
 * ```
 */
export function authRouter(auth: Auth): ExpressHandler {
  checkAuth('authRouter', auth, 'routes')
  return (request, response) => {
    void answer(auth, request, response, pathOf(request.url))
  }
}
