/**
 * A primary and a replica behind a proxy of our own, so that a failover is a change of where the
 * proxy leads, and a reset is a closed socket.
 */

import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, type RedisServer, startRedis } from '../support/redis-server.ts'

export interface RedisPair {
  /** Of the proxy. */
  readonly url: string
  primary(): RedisServer
  replica(): RedisServer
  /** Breaks every connection through the proxy. */
  reset(): void
  /** Stops the replica's copying; it keeps what it has. */
  freezeReplica(): Promise<void>
  /** Kills the primary and lets the replica take its place; the old primary copies the new one. */
  failOver(): Promise<void>
  /** Resolves when the replica has all that the primary has. */
  untilCopied(): Promise<void>
  dispose(): Promise<void>
}

export async function startRedisPair(options: readonly string[]): Promise<RedisPair> {
  const settings = [...options, '--repl-diskless-sync-delay', '0']
  let [primary, replica] = [await startRedis(settings), await startRedis(settings)]
  const proxy = await startProxy(() => primary.port)
  await follow(replica, primary)

  async function untilCopied(): Promise<void> {
    for (let tries = 0; tries < 500; tries += 1) {
      const info = await command(replica.port, 'INFO', 'replication').catch(() => '')
      if (info.includes('master_link_status:up')) return
      await pause(10)
    }
    throw new Error('the replica does not follow')
  }

  await untilCopied()
  return {
    url: proxy.url,
    primary: () => primary,
    replica: () => replica,
    reset: proxy.reset,
    // A port where nothing listens.
    freezeReplica: async () => void (await command(replica.port, 'REPLICAOF', '127.0.0.1', '1')),
    async failOver() {
      const old = primary
      await old.kill()
      await command(replica.port, 'REPLICAOF', 'NO', 'ONE')
      ;[primary, replica] = [replica, old]
      proxy.reset()
      await replica.start()
      await follow(replica, primary)
    },
    untilCopied,
    async dispose() {
      await proxy.close()
      await Promise.all([primary.dispose(), replica.dispose()])
    },
  }
}

const follow = (replica: RedisServer, primary: RedisServer): Promise<string> =>
  command(replica.port, 'REPLICAOF', '127.0.0.1', String(primary.port))

/** One command on a connection of its own. @returns the reply as it comes. */
export function command(port: number, ...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let reply = ''
    socket.setEncoding('utf8')
    socket.setTimeout(5000, () => socket.destroy(new Error('Redis does not answer')))
    socket.on('connect', () => socket.write(`${words.join(' ')}\r\nQUIT\r\n`))
    socket.on('data', (chunk) => {
      reply += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(reply))
  })
}

async function startProxy(port: () => number) {
  const sockets = new Set<Socket>()
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: port(), noDelay: true })
    near.pipe(far).pipe(near)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  const ownPort = await freePort()
  await new Promise<void>((resolve) => server.listen(ownPort, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      reset()
    })
  return { url: `redis://127.0.0.1:${ownPort}`, reset, close }
}
