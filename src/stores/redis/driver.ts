/**
 * Opens a client by URL: `redis://` and `rediss://` one server, `redis+cluster://` (`rediss+…`) the
 * nodes of a Cluster, `redis+sentinel://HOST:PORT,HOST:PORT/NAME` a Sentinel's master of that name.
 *
 * The driver is loaded here and only here, so that nobody needs it who does not use it.
 */

import { setTimeout as pause } from 'node:timers/promises'
import type { NodeRedisClient } from './client.ts'

/** Nothing waits in a queue while there is no connection; a broken one is noticed within seconds. */
const clientOptions = {
  disableOfflineQueue: true,
  commandOptions: { timeout: 0 },
  pingInterval: 1000,
}
const socket = {
  connectTimeout: 1000,
  socketTimeout: 5000,
  reconnectStrategy: (retries: number): number =>
    Math.min(1000, 50 * 2 ** Math.min(retries, 5)) + Math.floor(Math.random() * 50),
}

const wrongUrl =
  'The URL of Redis cannot be read. In a user name or password, write %23 for #, %2F for /, %3F for ?, ' +
  '%40 for @ and %25 for %; the path is the number of a database.'

export interface OpenedClient {
  readonly client: NodeRedisClient
  /** Ends connecting, and whoever asks for the client gets no further. */
  stopConnecting(): void
}

/**
 * Does not wait for the connection: a server that is down at the start may come later.
 *
 * @throws Error with a sentence for the operator; nothing of the URL is in it.
 */
export async function openClient(
  url: string,
  onError: (error: unknown) => void,
): Promise<OpenedClient> {
  const client = await createClient(url).catch((error: unknown) => {
    // Node's error for a wrong URL holds the whole of it.
    if (error instanceof TypeError || error instanceof URIError) throw new Error(wrongUrl)
    throw error
  })
  client.on('error', onError)
  const stopped = new AbortController()
  void connect(client, onError, stopped.signal)
  return { client, stopConnecting: () => stopped.abort() }
}

/** One server is tried for ever by the driver itself; a Cluster or a Sentinel it tries once. */
async function connect(
  client: NodeRedisClient,
  onError: (error: unknown) => void,
  stopped: AbortSignal,
): Promise<void> {
  for (let tries = 0; !stopped.aborted; tries += 1) {
    try {
      await client.connect()
      return
    } catch (error) {
      if (!stopped.aborted) onError(error)
    }
    await pause(socket.reconnectStrategy(tries), undefined, { ref: false })
  }
}

async function createClient(url: string): Promise<NodeRedisClient> {
  const redis = await loadDriver()
  const { protocol } = new URL(firstHostOnly(url))
  const tls = protocol.startsWith('rediss')
  const credentials = credentialsOf(url)
  const nodeSocket = tls ? { ...socket, tls: true as const } : socket
  if (protocol.includes('+sentinel')) {
    const { hosts, path } = partsOf(url)
    const nodeClientOptions = { ...clientOptions, ...credentials, socket: nodeSocket }
    return redis.createSentinel({
      name: path,
      sentinelRootNodes: hosts,
      nodeClientOptions,
      sentinelClientOptions: { socket: nodeSocket },
      commandOptions: { timeout: 0 },
    }) as unknown as NodeRedisClient
  }
  if (protocol.includes('+cluster')) {
    return redis.createCluster({
      rootNodes: partsOf(url).hosts.map(({ host, port }) => ({
        socket: { ...nodeSocket, host, port },
      })),
      defaults: { ...clientOptions, ...credentials, socket: nodeSocket },
      commandOptions: { timeout: 0 },
    }) as unknown as NodeRedisClient
  }
  return redis.createClient({ url, socket, ...clientOptions }) as unknown as NodeRedisClient
}

async function loadDriver(): Promise<typeof import('redis')> {
  try {
    return await import('redis')
  } catch (cause) {
    throw new Error('REDIS_URL needs the package redis: npm install redis', { cause })
  }
}

/** `redis+cluster://user:password@one:7000,two:7001/name` in its parts. */
function partsOf(url: string): { hosts: { host: string; port: number }[]; path: string } {
  const [, authority = '', path = ''] = /^[^:]+:\/\/(?:[^@]*@)?([^/]*)\/?(.*)$/.exec(url) ?? []
  const hosts = authority.split(',').map((part) => {
    const { hostname, port } = new URL(`redis://${part}`)
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) }
  })
  return { hosts, path: decodeURIComponent(path) }
}

function credentialsOf(url: string): { username?: string; password?: string } {
  const { username, password } = new URL(firstHostOnly(url))
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  }
}

const firstHostOnly = (url: string): string => url.replace(/,[^/]*/, '')
