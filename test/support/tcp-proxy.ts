/**
 * A TCP proxy of the test's own, for faults between a client and a server: delays, answers that get
 * lost, resets, and a network that is cut and delivers later what it held back.
 */

import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { freePort } from './redis-server.ts'

export type ProxyMode =
  /** Both ways, at once. */
  | 'pass'
  /** Both ways, `delayMilliseconds` later; in order, whatever mode comes next. */
  | 'delay'
  /** The server gets everything, the client nothing; its connections end with this mode. */
  | 'drop-response'
  /** Connections are broken off, also new ones. */
  | 'reset'
  /** Nothing gets through either way, and nobody is told; the next mode delivers it. */
  | 'blackhole'

export interface TcpProxy {
  readonly port: number
  readonly url: string
  set(mode: ProxyMode): void
  /** Breaks all connections off; new ones lead to another server. */
  pointTo(target: number): void
  /** Connections that are open. */
  connections(): number
}

export async function startProxy(first: number, delayMilliseconds = 0): Promise<TcpProxy> {
  const port = await freePort()
  const pairs = new Set<readonly [client: Socket, server: Socket]>()
  /** What is on its way, in order, with the moment from which on it may arrive. */
  const held: { readonly from: number; readonly deliver: () => void }[] = []
  let target = first
  let mode: ProxyMode = 'pass'

  function send(deliver: () => void): void {
    const from = performance.now() + (mode === 'delay' ? delayMilliseconds : 0)
    held.push({ from, deliver })
    if (mode === 'delay') setTimeout(flush, delayMilliseconds + 1)
    else flush()
  }

  function flush(): void {
    while (mode !== 'blackhole' && held[0] !== undefined && held[0].from <= performance.now()) {
      held.shift()?.deliver()
    }
  }

  function relay(to: Socket, chunk: Buffer, isResponse: boolean): void {
    if (mode === 'drop-response' && isResponse) return
    send(() => void (to.writable && to.write(chunk)))
  }

  const listener = createServer((client) => {
    client.on('error', () => {})
    if (mode === 'reset') {
      client.resetAndDestroy()
      return
    }
    const server = connect(target, '127.0.0.1')
    server.on('error', () => client.destroy())
    const pair = [client, server] as const
    pairs.add(pair)
    client.on('data', (chunk) => relay(server, chunk, false))
    server.on('data', (chunk) => relay(client, chunk, true))
    // What a network holds back, it also holds back after its sender has closed.
    client.on('close', () => {
      pairs.delete(pair)
      send(() => void server.end())
    })
    server.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))

  function breakAll(): void {
    for (const [client, server] of pairs) {
      client.resetAndDestroy()
      server.destroy()
    }
  }
  onTestFinished(async () => {
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
    breakAll()
    await closed
  })
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    set(next) {
      // Whoever misses a part of a stream cannot understand the rest of it.
      if (next === 'reset' || mode === 'drop-response') breakAll()
      mode = next
      flush()
    },
    pointTo(next) {
      target = next
      breakAll()
    },
    connections: () => pairs.size,
  }
}
