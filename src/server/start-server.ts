/**
 * The standalone server: listens first, so that a busy port is the first thing said, then joins the
 * parts, then answers.
 */

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { type Auth, createAuth } from '../auth.ts'
import { unavailable } from '../errors.ts'
import { problemResponse } from '../http/problem.ts'
import { sendResponse } from '../node/send.ts'
import { startError } from '../options/resolve-options.ts'
import { shown } from '../shapes/shown.ts'
import { withIssuer } from './default-issuer.ts'
import type { ServerSettings } from './environment.ts'
import { createHttpServer } from './http-server.ts'
import type { ShareMetrics } from './metrics/metrics.ts'
import { createRoutes, type ServerPhase } from './routes.ts'

export interface RunningServer {
  readonly url: string
  readonly auth: Auth
  /**
   * Takes no new connections, finishes what is in flight within ten seconds, closes the stores. Also
   * while it drains.
   */
  stop(): Promise<void>
  /**
   * Does the same, but hangs up on nobody who may be about to ask: a connection is closed after its
   * next answer, which says so, or when it has been idle for as long as any other. For a process that
   * is replaced while its server goes on.
   */
  drain(): Promise<void>
}

export interface StartOptions {
  /**
   * Listens when everything else is ready, for a worker beside others that already answer. With port
   * 0 it then knows no port, so the issuer has to be named. @default false
   */
  readonly listensLast?: boolean
  /** Gathers the metrics of all workers, for one of several. @default those of this process */
  readonly shareMetrics?: ShareMetrics
}

const graceMilliseconds = 10_000
const sweepMilliseconds = 50

export async function startServer(
  settings: ServerSettings,
  version: string,
  { listensLast = false, shareMetrics }: StartOptions = {},
): Promise<RunningServer> {
  let handle: RequestListener = answerNotYet
  const server = createHttpServer(settings.connectionLimit, (request, response) =>
    handle(request, response),
  )
  if (!listensLast) await listen(server, settings)
  let auth: Auth | undefined
  try {
    const port = listensLast ? settings.port : portOf(server)
    auth = await createAuth(withIssuer(settings, port, process.env))
    const { production } = settings
    let phase: ServerPhase = 'serving'
    const metrics = settings.metrics ? await metricsOf(auth, shareMetrics) : undefined
    const answer = metrics?.answer
    const routes = createRoutes(auth, { version, production, metrics: answer, phase: () => phase })
    metrics?.countRequests(server, routes.paths)
    handle = routes.handle
    if (listensLast) await listen(server, settings)
    return {
      url: urlOf(settings.host, portOf(server)),
      auth,
      ...ends(server, auth, (next) => {
        phase = next
      }),
    }
  } catch (error) {
    server.close()
    await auth?.close()
    throw error
  }
}

/** However often it is asked to end, it does so once. */
function ends(server: Server, auth: Auth, enter: (phase: ServerPhase) => void) {
  let isStopping = false
  let ended: Promise<void> | undefined
  const end = (): Promise<void> => {
    ended ??= closeServer(server, () => isStopping).then(() => auth.close())
    return ended
  }
  return {
    stop: () => {
      isStopping = true
      enter('stopping')
      return end()
    },
    drain: () => {
      if (!isStopping) enter('draining')
      return end()
    },
  }
}

// Few ask for it, and the others start without it.
async function metricsOf(auth: Auth, share: ShareMetrics | undefined) {
  const { createMetrics } = await import('./metrics/metrics.ts')
  return createMetrics(auth, share)
}

function answerNotYet(request: IncomingMessage, response: ServerResponse): void {
  sendResponse(request, response, problemResponse(unavailable('starting')))
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`

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

/** @param hangsUp whether idle connections are closed; asked again and again. */
function closeServer(server: Server, hangsUp: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
    // A connection that was busy when the stop began is idle once its answer is sent.
    const sweep = setInterval(() => {
      if (hangsUp()) server.closeIdleConnections()
    }, sweepMilliseconds)
    const done = (): void => {
      clearTimeout(force)
      clearInterval(sweep)
      resolve()
    }
    if (hangsUp()) server.close(done)
    // That of node:http closes idle connections itself.
    else NetServer.prototype.close.call(server, done)
  })
}
