/** What a route is: a row that the router serves and OpenAPI describes. */

import type { AuthError } from '../errors.ts'
import type { Caller } from '../flows/context.ts'
import type { SessionDevice } from '../sessions/session.ts'
import type { AccessClaims } from '../tokens/claims.ts'
import type { Transport } from '../wire.ts'
import type { HttpCore } from './core.ts'
import type { HttpRequest } from './request.ts'
import type { HttpResponse } from './response.ts'
import type { SchemaName } from './schemas.ts'

/** A call of a route. */
export interface Call {
  readonly core: HttpCore
  readonly request: HttpRequest
  /** The last part of the path where the route has one (`/sessions/:id`), else ''. */
  readonly parameter: string
}

/** Who calls, on routes that need a log-in. */
export interface Authenticated {
  readonly claims: AccessClaims
  readonly caller: Caller
  readonly transport: Transport
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Answers every method alike, as a proxy may pass on the client's. */
  readonly anyMethod?: true
  /** One line for OpenAPI. */
  readonly summary: string
  readonly body?: SchemaName
  /**
   * Asked before anything is done with the request: what it resolves with is the answer, whatever the
   * body says. So work that cannot be done now is refused at the price of reading.
   */
  readonly refusal?: (core: HttpCore) => undefined | Promise<AuthError | undefined>
  /** Takes credentials by rules of its own; for OpenAPI. */
  readonly findsCredentials?: true
  /** The status of success, and for OpenAPI what comes with it. */
  readonly success: { readonly status: 200 | 201 | 204; readonly schema?: string }
}

export type Route =
  | (RouteBase & {
      readonly access: 'open'
      readonly handle: (call: Call) => Promise<HttpResponse>
    })
  | (RouteBase & {
      readonly access: 'session'
      readonly handle: (call: Call, who: Authenticated) => Promise<HttpResponse>
    })

export function deviceOf({ core, request }: Call): SessionDevice {
  const address = core.settings.clientAddress(request) ?? null
  return { userAgent: request.header('user-agent') ?? null, address }
}
