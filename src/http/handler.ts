/**
 * The router: a plain request in, a plain response out. Never throws.
 */

import { AuthError } from '../errors.ts'
import { paths } from '../wire.ts'
import { receiveBody } from './body.ts'
import type { HttpCore } from './core.ts'
import { corsHeaders, preflightResponse } from './cors.ts'
import { requireAccessToken } from './guard.ts'
import { problemResponse } from './problem.ts'
import { withOtherFormCleared } from './refresh-cookies.ts'
import type { HttpRequest } from './request.ts'
import { type HttpResponse, jsonResponse, withHeaders } from './response.ts'
import type { Authenticated, Call, Route } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { loginRoutes } from './routes/login.ts'
import { logoutRoutes } from './routes/logout.ts'

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>

const routes: readonly Route[] = [
  ...loginRoutes,
  ...logoutRoutes,
  ...accountRoutes,
  ...discoveryRoutes,
  {
    method: 'GET',
    path: paths.openapi,
    summary: 'This description (OpenAPI 3.1)',
    access: 'open',
    success: { status: 200 },
    handle: async ({ core }) => {
      const { describeApi } = await import('./openapi.ts')
      return jsonResponse(200, describeApi(core.settings, routes))
    },
  },
]

const parameterMark = '/:id'
const byPath = groupByPath(routes)

/** @param onError told of errors that nobody expected; the client sees a bare 500. */
export function createHttpHandler(core: HttpCore, onError: (error: unknown) => void): HttpHandler {
  const { settings } = core
  return async (request) => {
    let response: HttpResponse
    try {
      response = await answer(core, request)
    } catch (error) {
      if (!(error instanceof AuthError)) onError(error)
      response = problemResponse(error)
    }
    const answered = withOtherFormCleared(settings, request, response)
    return withHeaders(answered, corsHeaders(settings, request))
  }
}

function answer(core: HttpCore, request: HttpRequest): HttpResponse | Promise<HttpResponse> {
  const { candidates, parameter } = findRoutes(request.path)
  if (candidates.length === 0) throw new AuthError('not_found')
  const methods = candidates.map((route) => route.method)
  const preflight = preflightResponse(core.settings, request, methods)
  if (preflight !== undefined) return preflight
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = candidates.find((one) => one.anyMethod || one.method === method)
  if (route === undefined) {
    return withHeaders(problemResponse(new AuthError('method_not_allowed')), {
      Allow: methods.join(', '),
    })
  }
  const call: Call = { core, request, parameter }
  const refusal = route.refusal?.(core)
  return refusal === undefined ? handle(route, call) : refuseOrHandle(route, call, refusal)
}

async function refuseOrHandle(
  route: Route,
  call: Call,
  refusal: Promise<AuthError | undefined>,
): Promise<HttpResponse> {
  const error = await refusal
  if (error === undefined) return handle(route, call)
  // Not before the body is there: refused with a body on its way, the connection would have to close.
  await receiveBody(call.request)
  return problemResponse(error)
}

function handle(route: Route, call: Call): Promise<HttpResponse> {
  if (route.access === 'open') return route.handle(call)
  const { core, request } = call
  return authenticate(core, request).then((caller) => route.handle(call, caller))
}

async function authenticate(core: HttpCore, request: HttpRequest): Promise<Authenticated> {
  const found = requireAccessToken(core.settings, request)
  const claims = await core.verifier.verify(found.token)
  const caller = { accountId: claims.sub, sessionId: claims.sid }
  return { claims, caller, transport: found.transport }
}

function findRoutes(path: string): { candidates: readonly Route[]; parameter: string } {
  const exact = byPath.get(path)
  if (exact !== undefined && !path.endsWith(parameterMark))
    return { candidates: exact, parameter: '' }
  const slash = path.lastIndexOf('/')
  const candidates = byPath.get(path.slice(0, slash) + parameterMark) ?? []
  return { candidates, parameter: path.slice(slash + 1) }
}

function groupByPath(all: readonly Route[]): Map<string, Route[]> {
  const groups = new Map<string, Route[]>()
  for (const route of all) groups.set(route.path, [...(groups.get(route.path) ?? []), route])
  return groups
}
