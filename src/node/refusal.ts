/** How a guard on `node:http` and Express answers a request that it refuses. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { AuthError } from '../errors.ts'
import { checkLoginPage, loginRedirect } from '../http/login-redirect.ts'
import { problemResponse } from '../http/problem.ts'
import { kinds, type ShapesOf } from '../shapes/option-shapes.ts'
import { guardRequest } from './request.ts'
import { sendResponse } from './send.ts'

export interface RefusalOptions {
  /**
   * For pages: a browser that is not logged in is sent to this path of the site by 303, with
   * `returnTo` in the query (check it with `returnTarget`). Programs, which do not accept
   * `text/html`, get the 401. @default none: everybody gets the 401
   */
  readonly loginPage?: string | undefined
}

export const refusalShapes: ShapesOf<RefusalOptions> = { loginPage: kinds.judged }

/** Answers a refused request; `otherwise` does where `loginPage` does not. */
export type Refuse = (
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  otherwise?: () => void,
) => void

type MaybeMounted = IncomingMessage & { readonly originalUrl?: string }

/** @throws TypeError for a `loginPage` that is not a path of this site. */
export function createRefusal({ loginPage }: RefusalOptions): Refuse {
  checkLoginPage(loginPage)
  return (request: MaybeMounted, response, error, otherwise) => {
    // Express cuts the mount point off `url`.
    const target = request.originalUrl ?? request.url ?? '/'
    const redirect = loginPage && loginRedirect(loginPage, guardRequest(request), target, error)
    if (redirect) sendResponse(request, response, redirect)
    else if (otherwise) otherwise()
    else refuseWithProblem(request, response, error)
  }
}

/** Problem details (RFC 9457): for programs. */
export const refuseWithProblem = (
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void => sendResponse(request, response, problemResponse(error))

/** What an application is told: never an error whose message nobody has judged. */
export const asAuthError = (error: unknown): AuthError =>
  error instanceof AuthError ? error : new AuthError('internal_error', { cause: error })
