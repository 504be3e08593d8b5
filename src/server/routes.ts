/** The standalone server's routes: guarded example, health, metrics, start page, and the library's own. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Auth } from '../auth.ts'
import { AuthError } from '../errors.ts'
import { outageRetryAfter, problemResponse } from '../http/problem.ts'
import { type HttpResponse, jsonResponse, withHeaders } from '../http/response.ts'
import { metadataResponse } from '../http/routes/discovery.ts'
import { createAuthHandler, pathOf } from '../node/auth-handler.ts'
import { receivedHeaders } from '../node/headers.ts'
import { createGuard } from '../node/require-auth.ts'
import { sendResponse } from '../node/send.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import { paths } from '../wire.ts'

export interface RouteProps {
  readonly version: string
  readonly production: boolean
  /** Answers `/metrics`. @default not answered */
  readonly metrics?: (() => Promise<HttpResponse>) | undefined
  /** What becomes of the process that answers. */
  readonly phase: () => ServerPhase
}

/**
 * `draining`: it ends, and another process of the same server goes on, so that the server as a whole is
 * as ready as before. `stopping`: the server ends.
 */
export type ServerPhase = 'serving' | 'draining' | 'stopping'

export interface Routes {
  readonly handle: RequestListener
  /** All but those of the library. */
  readonly paths: readonly string[]
}

export function createRoutes(auth: Auth, props: RouteProps): Routes {
  const handleAuth = createAuthHandler(auth, receivedHeaders)
  const verify = createGuard(auth, receivedHeaders)
  const { settings } = auth.http.core
  const pages = new Map<string, () => HttpResponse | Promise<HttpResponse>>([
    ['/', () => page(auth, props)],
    [
      '/style.css',
      async () => fixed('text/css; charset=utf-8', (await loadStartPage()).styleSheet),
    ],
    ['/protected', () => problemResponse(new AuthError('method_not_allowed'))],
    ['/healthz', () => jsonResponse(200, { status: 'ok' })],
    ['/readyz', () => readiness(auth, props)],
    [
      `${paths.metadata}${new URL(settings.issuer).pathname}`.replace(/\/$/, ''),
      () => metadataResponse(settings),
    ],
  ])

  if (props.metrics) pages.set('/metrics', props.metrics)

  const handle: RequestListener = (request, response) => {
    if (props.phase() !== 'serving') response.setHeader('Connection', 'close')
    const path = pathOf(request.url)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (path === '/protected' && isRead) answerProtected(verify(request, response), response)
    else if (!handleAuth(request, response)) void answerPage(pages.get(path), request, response)
  }
  return { handle, paths: [...pages.keys()] }
}

function answerProtected(
  claims: AccessClaims | undefined | Promise<AccessClaims | undefined>,
  response: ServerResponse,
): void {
  if (claims instanceof Promise) {
    void claims.then((verified) => answerProtected(verified, response))
    return
  }
  if (claims === undefined) return
  const body = JSON.stringify({ user: claims.sub })
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

async function answerPage(
  make: (() => HttpResponse | Promise<HttpResponse>) | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (make !== undefined && isRead) return sendResponse(request, response, await make())
  const refusal = problemResponse(new AuthError(make ? 'method_not_allowed' : 'not_found'))
  const headers = make ? { Allow: 'GET, HEAD' } : {}
  sendResponse(request, response, withHeaders(refusal, headers))
}

async function readiness(auth: Auth, { phase }: RouteProps): Promise<HttpResponse> {
  const headers = { 'Retry-After': outageRetryAfter() }
  if (phase() === 'stopping')
    return jsonResponse(503, { status: 'stopping', problems: [] }, headers)
  const { ready, problems, feed } = await auth.health()
  if (ready) return jsonResponse(200, { status: 'ready', problems, feed })
  return jsonResponse(503, { status: 'unready', problems, feed }, headers)
}

const loadStartPage = () => import('../pages/start-page.ts')

async function page(auth: Auth, { version, production }: RouteProps): Promise<HttpResponse> {
  const { ownOrigin: origin, basePath } = auth.http.core.settings
  const { startPage } = await loadStartPage()
  return fixed('text/html; charset=utf-8', startPage({ origin, basePath, version, production }))
}

const fixed = (type: string, body: string): HttpResponse => ({
  status: 200,
  headers: {
    'Content-Type': type,
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  },
  body,
})
