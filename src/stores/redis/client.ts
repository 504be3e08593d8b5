/**
 * The connected client that an application already has, taken by its shape: `redis` 5 or later
 * (single, Cluster, Sentinel) or `ioredis` 5 or later (likewise).
 *
 * Replies that are strings come as bytes, whatever the client's own settings.
 */

export type Argument = string | Buffer

/** What `redis` and `ioredis` have in common, as far as it is used here. */
interface AnyClient {
  on(event: 'error', listener: (error: unknown) => void): unknown
  listenerCount?(event: 'error'): number
  duplicate(...options: never[]): unknown
}

/** A client of the package `redis`. */
export interface NodeRedisClient extends AnyClient {
  sendCommand(...input: never[]): Promise<unknown>
  connect(): Promise<unknown>
  destroy(): unknown
  readonly isReady?: boolean
}

/** A client of the package `ioredis`. */
export interface IoredisClient extends AnyClient {
  callBuffer(command: string, ...args: never[]): Promise<unknown>
  connect(): Promise<unknown>
  disconnect(): void
  readonly status: string
  readonly isCluster?: boolean
}

export type RedisClient = NodeRedisClient | IoredisClient

export interface RedisConnection {
  /** True where the keys of one command must lie in one slot. */
  readonly isCluster: boolean
  /** @param key decides the node in a cluster. Rejects as the client does. */
  send(key: string, args: readonly Argument[]): Promise<unknown>
  /** False while the client is known to be without a connection, so that nothing is queued. */
  isReady(): boolean
  /**
   * Another connection to the same server, for commands that wait.
   *
   * @throws when it is not there within `milliseconds`; then nothing goes on trying.
   */
  duplicate(milliseconds: number): Promise<RedisConnection>
  /** Ends the connection at once; what is under way rejects. */
  destroy(): void
}

// RESP's type byte of a bulk string, `$`, and of a map, `%`; `redis` maps both as it is told.
const replyTypes = { 36: Buffer, 37: Array }
// Its own timer costs three quarters of its speed, and `deadline.ts` has one for all commands.
const commandOptions = { typeMapping: replyTypes, timeout: 0 }

/** @throws TypeError for a client of another kind. */
export function connectionOf(client: RedisClient): RedisConnection {
  if (!isClient(client)) {
    throw new TypeError('redis must be a URL, or a client of the package redis or ioredis')
  }
  // Without a listener the first broken connection would end the process.
  if (client.listenerCount?.('error') === 0) client.on('error', () => {})
  return 'callBuffer' in client ? ioredisConnection(client) : nodeRedisConnection(client)
}

const isClient = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('callBuffer' in value || 'sendCommand' in value)

type Send = (...input: unknown[]) => Promise<unknown>

function nodeRedisConnection(client: NodeRedisClient): RedisConnection {
  const send = client.sendCommand.bind(client) as unknown as Send
  const isCluster = 'getSlotRandomNode' in client
  const isSentinel = 'getMasterNode' in client
  return {
    isCluster,
    send(key, args) {
      if (isCluster) return send(key, false, args, commandOptions)
      if (isSentinel) return send(false, args, commandOptions)
      return send(args, commandOptions)
    },
    isReady: () => client.isReady !== false,
    duplicate(milliseconds) {
      const another = client.duplicate() as NodeRedisClient
      another.on('error', () => {})
      return connected(nodeRedisConnection(another), another.connect(), milliseconds)
    },
    // It throws, or a Sentinel's rejects, when it is closed already.
    destroy: () => void (async () => client.destroy())().catch(() => {}),
  }
}

/** A connection that waits has no time limit of its own, and waits for nobody before it begins. */
const waitingOptions = { lazyConnect: true, commandTimeout: undefined, enableOfflineQueue: false }

function ioredisConnection(client: IoredisClient): RedisConnection {
  const send = client.callBuffer.bind(client) as unknown as Send
  const duplicate = client.duplicate.bind(client) as (...options: unknown[]) => IoredisClient
  return {
    isCluster: client.isCluster === true,
    send: (_key, args) => send(...args),
    isReady: () => client.status === 'ready',
    duplicate(milliseconds) {
      const options = client.isCluster
        ? [[], { lazyConnect: true, redisOptions: waitingOptions }]
        : [waitingOptions]
      const another = duplicate(...options)
      another.on('error', () => {})
      return connected(ioredisConnection(another), another.connect(), milliseconds)
    },
    destroy: () => client.disconnect(),
  }
}

function connected(
  connection: RedisConnection,
  connecting: Promise<unknown>,
  milliseconds: number,
): Promise<RedisConnection> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => giveUp(new Error('Redis does not answer.')), milliseconds)
    const giveUp = (error: unknown): void => {
      clearTimeout(timer)
      // Otherwise it goes on trying to connect for ever.
      connection.destroy()
      reject(error)
    }
    connecting.then(() => {
      clearTimeout(timer)
      resolve(connection)
    }, giveUp)
  })
}
