/** Clients that send a byte a second, and what an honest client feels of them. */

import { connect, type Socket } from 'node:net'

export interface SlowSockets {
  /** Milliseconds that each closed connection lasted, and the status it was told, if any. */
  readonly ended: readonly { readonly lasted: number; readonly status: number | undefined }[]
  open(): number
  stop(): void
}

const second = 1000

/**
 * Keeps so many connections open, each of which sends a start and then a byte a second. They begin
 * within five seconds, and one that was closed begins again a second later.
 */
export function holdSlowSockets(url: string, count: number, start: string): SlowSockets {
  const { hostname, port } = new URL(url)
  const ended: { lasted: number; status: number | undefined }[] = []
  const open = new Set<Socket>()
  let stopped = false

  function begin(): void {
    if (stopped) return
    const socket = connect({ port: Number(port), host: hostname })
    let answer = ''
    let startedAt = performance.now()
    let drip: NodeJS.Timeout | undefined
    open.add(socket)
    socket.on('connect', () => {
      startedAt = performance.now()
      socket.write(start)
      drip = setInterval(() => socket.write('a'), second)
    })
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
      clearInterval(drip)
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]) || undefined
      if (!stopped) ended.push({ lasted: performance.now() - startedAt, status })
      setTimeout(begin, second).unref()
    })
  }
  for (let index = 0; index < count; index += 1) {
    setTimeout(begin, (index / count) * 5 * second).unref()
  }
  return {
    ended,
    open: () => open.size,
    stop: () => {
      stopped = true
      for (const socket of open) socket.destroy()
    },
  }
}
