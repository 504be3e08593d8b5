/**
 * A MongoDB of the test's own: `mongod` where it is in PATH, else mongo-java-server.
 *
 * `TEST_MONGODB_URL` names a server that is there already; suites that stop theirs do not use that.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { leftOut } from '../left-out.ts'
import { endProcess } from './child-process.ts'
import { freePort } from './redis-server.ts'

export interface MongoServer {
  /** Of a database of this name on it. */
  url(database: string): string
  readonly kind: 'mongod' | 'mongo-java-server' | 'given'
  readonly process: () => ChildProcess
  /** Stops it, by default as a crash does. Resolves when it has gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port and folder. */
  start(): Promise<void>
  /** Ends it and removes the folder. */
  dispose(): Promise<void>
}

const jars = fileURLToPath(new URL('../../.cache/mongo-java-server', import.meta.url))
const source = fileURLToPath(new URL('mongo-java-server/TestMongoServer.java', import.meta.url))

const runs = (program: string, argument: string): boolean =>
  spawnSync(program, [argument]).status === 0

const kind = (): 'mongod' | 'mongo-java-server' | undefined => {
  if (runs('mongod', '--version')) return 'mongod'
  return existsSync(jars) && runs('java', '-version') ? 'mongo-java-server' : undefined
}

/** Whether there is one; a suite that has none is reported as left out. */
export function hasMongo(suite: string): boolean {
  if (kind() !== undefined) return true
  leftOut(suite, 'npm run setup:mongo-java-server (with Maven and a Java runtime)')
  return false
}

export interface StartOptions {
  /** Change streams; a `mongod` that stands alone has none. @default false */
  readonly oplog?: boolean
  /** Whether the server of `TEST_MONGODB_URL` will do. @default false */
  readonly orGiven?: boolean
}

export async function startMongo(options: StartOptions = {}): Promise<MongoServer> {
  const given = process.env.TEST_MONGODB_URL
  if (given !== undefined && options.orGiven) return givenServer(given)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mongodb-'))
  const which = kind()
  let running: ChildProcess | undefined

  async function start(): Promise<void> {
    const child =
      which === 'mongod'
        ? spawn('mongod', ['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', folder])
        : spawn('java', [
            ...['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, source],
            ...[String(port), join(folder, 'data.mv'), ...(options.oplog ? ['oplog'] : [])],
          ])
    running = child
    await untilReady(child)
  }

  const kill = (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => endProcess(running, signal)

  await start()
  return {
    url: (database) => `mongodb://127.0.0.1:${port}/${database}`,
    kind: which ?? 'mongo-java-server',
    process: () => running as ChildProcess,
    kill,
    start,
    async dispose() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One server for all tests of a file; `url()` is of a new database at every call. */
export function shareMongo(options: StartOptions = { orGiven: true }) {
  let server: MongoServer | undefined
  let made = 0
  beforeAll(async () => {
    server = await startMongo(options)
  }, 60_000)
  afterAll(() => server?.dispose())
  const get = (): MongoServer => {
    if (server === undefined) throw new Error('the server is up only inside tests')
    return server
  }
  return {
    get,
    url: (): string => {
      made += 1
      return get().url(`countersign_test_${process.pid}_${performance.now().toFixed(0)}_${made}`)
    },
  }
}

function givenServer(given: string): MongoServer {
  const refuse = () => Promise.reject(new Error('the server of TEST_MONGODB_URL is not ours'))
  return {
    url: (database) => {
      const url = new URL(given)
      url.pathname = database
      return url.href
    },
    kind: 'given',
    process: () => {
      throw new Error('the server of TEST_MONGODB_URL is not ours')
    },
    kill: refuse,
    start: refuse,
    dispose: async () => {},
  }
}

async function untilReady(child: ChildProcess): Promise<void> {
  let output = ''
  const collect = (chunk: unknown): void => {
    output += chunk
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  for (let tries = 0; tries < 3000; tries += 1) {
    if (/ready to accept connections|Waiting for connections/i.test(output)) return
    if (child.exitCode !== null) throw new Error(`the MongoDB server has gone: ${output}`)
    await pause(10)
  }
  throw new Error(`the MongoDB server does not start: ${output}`)
}
