/**
 * The server's connections: how many there may be, and who makes room when there are too many.
 *
 * A connection is waiting until a request of it has arrived whole, and again once that is answered.
 * At the limit the one that has waited longest makes room, so that sockets which send their requests
 * slowly, or nothing, cannot keep others out (ASVS 15.2.2).
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { hasBody, receivedHeaders } from '../node/headers.ts'

export interface Connections {
  /** Takes a connection in. @returns false when it has to be refused: all others are at work. */
  admit(socket: Socket): boolean
  /** Notes that a request's head has arrived. */
  begin(request: IncomingMessage, response: ServerResponse): void
  /**
   * Acts once the next answer on the connection is one to what is being received now; so that it is
   * never taken for the answer to an earlier request, and those are still answered. Acts once for
   * a connection, whatever comes after.
   */
  afterEarlierAnswers(socket: Socket, act: () => void): void
  /**
   * Has every connection that waits for an answer closed when nothing moves on it for so long, as when
   * its client does not read. To be called again and again.
   */
  limitStalls(milliseconds: number): void
}

interface Connection {
  /** Requests whose answers are not on their way yet; more than one when pipelined. */
  unanswered: number
  receiving: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined
  /** Waits for the earlier answers. */
  last: (() => void) | undefined
  isOver: boolean
}

/** @param limit connections at the same time; infinite for no limit. */
export function createConnections(limit: number): Connections {
  const open = new Map<Socket, Connection>()
  // A Set keeps the order of entry: its first has waited longest.
  const waiting = new Set<Socket>()

  function makeRoom(): boolean {
    const [longest] = waiting
    if (longest === undefined) return false
    forget(longest)
    longest.destroy()
    return true
  }

  function forget(socket: Socket): void {
    open.delete(socket)
    waiting.delete(socket)
  }

  return {
    admit: (socket) => {
      if (open.size >= limit && !makeRoom()) return false
      open.set(socket, { unanswered: 0, receiving: undefined, last: undefined, isOver: false })
      waiting.add(socket)
      socket.once('close', () => forget(socket))
      return true
    },
    begin: (request, response) => {
      const { socket } = request
      const connection = open.get(socket)
      if (connection === undefined) return
      connection.unanswered += 1
      if (hasBody(receivedHeaders(request))) {
        connection.receiving = { request, response }
        request.on('end', () => {
          if (connection.receiving?.request === request) connection.receiving = undefined
          if (connection.receiving === undefined) waiting.delete(socket)
        })
      } else if (connection.receiving === undefined) {
        waiting.delete(socket)
      }
      // Both come once; "once" would make two more objects for each request.
      response.on('close', () => {
        connection.unanswered -= 1
        if (connection.receiving?.request === request) connection.receiving = undefined
        if (!open.has(socket)) return
        if (connection.unanswered === 0) waiting.add(socket)
        if (connection.last !== undefined && isNextAnswer(connection)) finish(connection)
      })
    },
    afterEarlierAnswers: (socket, act) => {
      const connection = open.get(socket)
      if (connection === undefined) {
        socket.destroy()
        return
      }
      // Answered before its body was whole, as when it was refused: nothing is left to say.
      if (connection.unanswered === 1 && connection.receiving?.response.headersSent) {
        socket.destroySoon()
        return
      }
      connection.last ??= act
      if (isNextAnswer(connection)) finish(connection)
      else socket.pause()
    },
    limitStalls: (milliseconds) => {
      for (const [socket, { unanswered }] of open) {
        // Node.js takes it back when the answer has gone.
        if (unanswered > 0 && socket.timeout !== milliseconds) socket.setTimeout(milliseconds)
      }
    },
  }
}

function finish(connection: Connection): void {
  if (connection.isOver) return
  connection.isOver = true
  connection.last?.()
}

// `complete` and not 'end', which comes only when somebody reads the body.
const isNextAnswer = ({ unanswered, receiving }: Connection): boolean =>
  unanswered === 0 || (unanswered === 1 && receiving?.request.complete === false)
