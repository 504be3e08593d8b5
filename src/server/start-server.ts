/**
 * The standalone server: listens first, so that a busy port is the first thing said, then joins the
 * parts, then answers.
 */

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Auth, createAuth } from '../auth.ts'
import { unavailable } from '../errors.ts'
import { problemResponse } from '../http/problem.ts'
import { sendResponse } from '../node/send.ts'
import { startError } from '../options/resolve-options.ts'
import { shown } from '../shapes/shown.ts'
import { withIssuer } from './default-issuer.ts'
import type { ServerSettings } from './environment.ts'
import { createHttpServer } from './http-server.ts'
import { createRoutes } from './routes.ts'

export interface RunningServer {
  readonly url: string
  readonly auth: Auth
  /** Takes no new connections, finishes what is in flight within ten seconds, closes the stores. */
  stop(): Promise<void>
}

const graceMilliseconds = 10_000
const sweepMilliseconds = 50

export async function startServer(
  settings: ServerSettings,
  version: string,
): Promise<RunningServer> {
  let handle: RequestListener = answerNotYet
  const server = createHttpServer(settings.connectionLimit, (request, response) =>
    handle(request, response),
  )
  await listen(server, settings)
  const { port } = server.address() as AddressInfo
  const url = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`
  let stopping = false
  try {
    const auth = await createAuth(withIssuer(settings, port, process.env))
    const { production } = settings
    const metrics = settings.metrics ? await metricsOf(auth) : undefined
    handle = createRoutes(auth, { version, production, metrics, isStopping: () => stopping })
    return {
      url,
      auth,
      stop: async () => {
        stopping = true
        await closeServer(server)
        await auth.close()
      },
    }
  } catch (error) {
    server.close()
    throw error
  }
}

// Few ask for it, and the others start without it.
async function metricsOf(auth: Auth) {
  const { createMetrics } = await import('./metrics.ts')
  return createMetrics(auth)
}

function answerNotYet(request: IncomingMessage, response: ServerResponse): void {
  sendResponse(request, response, problemResponse(unavailable('starting')))
}

function listen(server: Server, { host, port }: ServerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(startError([listenMistake(error, host, port)]))
    })
    server.listen({ host, port }, resolve)
  })
}

function listenMistake(
  { code, message }: NodeJS.ErrnoException,
  host: string,
  port: number,
): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is in use; set PORT`
  if (code === 'EACCES') return `port ${port} on ${host} needs more rights; set PORT`
  return `HOST must be an address of this machine, got ${shown(host)} (${code ?? message})`
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
    // A connection that was busy when the stop began is idle once its answer is sent.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds)
    server.close(() => {
      clearTimeout(force)
      clearInterval(sweep)
      resolve()
    })
  })
}
