/**
 * The HTTP server with every limit that Node.js leaves to whoever listens (ASVS 4.2.1, 15.2.2), and
 * an answer of ours wherever Node.js would answer by itself.
 */

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { unavailable } from '../errors.ts'
import { problemResponse } from '../http/problem.ts'
import { sendResponse } from '../node/send.ts'
import { type Connections, createConnections } from './connections.ts'
import {
  announcesTooMuch,
  answerAndClose,
  maximumHeaders,
  methodRefused,
  parserRefusal,
  refusalOf,
  refused,
} from './refusals.ts'

const options = {
  /** Bytes of a head, the request line with it; past it 431. */
  maxHeaderSize: 16_384,
  /** Milliseconds for a head; past it 408. */
  headersTimeout: 5_000,
  /** Milliseconds for a whole request; past it 408. */
  requestTimeout: 10_000,
  /** Milliseconds that a connection may be idle between requests. */
  keepAliveTimeout: 5_000,
  /** Milliseconds by which the first two may be noticed late. */
  connectionsCheckingInterval: 1_000,
  // Missing and repeated ones are refused in refusals.ts, with a body.
  requireHostHeader: false,
}

/** Milliseconds in which nothing moves in either direction, as when a client reads no answer. */
const usualStallTimeout = 30_000

/**
 * @param connectionLimit connections at the same time; infinite for no limit.
 * @param stallTimeout milliseconds, noticed up to a second late.
 */
export function createHttpServer(
  connectionLimit: number,
  handle: RequestListener,
  stallTimeout = usualStallTimeout,
): Server {
  const server = createServer(options)
  const connections = createConnections(connectionLimit)
  // By `server.timeout` Node.js would set a timer for every request, and few are open for a second.
  const looking = setInterval(
    () => connections.limitStalls(stallTimeout),
    options.connectionsCheckingInterval,
  ).unref()
  server.on('close', () => clearInterval(looking))
  // Node drops what is above without a word; one more is kept, so that it can be refused.
  server.maxHeadersCount = maximumHeaders + 1

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    connections.begin(request, response)
    const refusal = refusalOf(request)
    if (refusal === undefined) handle(request, response)
    else refuse(request, response, refusal)
  }
  server.on('connection', (socket: Socket) => {
    if (connections.admit(socket)) return
    answerAndClose(socket, problemResponse(unavailable('full')), { lingers: false })
  })
  server.on('request', answer)
  server.on('checkContinue', (request, response) => {
    // Not asked for, a body that would be refused is not sent.
    if (announcesTooMuch(request)) {
      connections.begin(request, response)
      refuse(request, response, refused('body_too_large'))
      return
    }
    response.writeContinue()
    answer(request, response)
  })
  server.on('checkExpectation', (request, response) => {
    connections.begin(request, response)
    refuse(request, response, refused('expectation_failed'))
  })
  server.on('connect', (_request, socket) => {
    // Node.js has let go of the socket: an error that nobody hears would end the process.
    socket.on('error', () => socket.destroy())
    connections.afterEarlierAnswers(socket as Socket, () =>
      answerAndClose(socket, methodRefused(), { lingers: true }),
    )
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerParserError(connections, error, socket as Socket),
  )
  return server
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: ReturnType<typeof refused>,
): void {
  response.setHeader('Connection', 'close')
  sendResponse(request, response, refusal)
}

function answerParserError(
  connections: Connections,
  error: NodeJS.ErrnoException,
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const refusal = parserRefusal(error.code)
  const lingers = error.code !== 'ERR_HTTP_REQUEST_TIMEOUT'
  connections.afterEarlierAnswers(socket, () => answerAndClose(socket, refusal, { lingers }))
}
