/**
 * A redis-server of the test's own, on a free port of this machine, in a folder that goes with it.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { leftOut } from '../left-out.ts'
import { endProcess } from './child-process.ts'

export interface RedisServer {
  readonly port: number
  readonly url: string
  readonly folder: string
  readonly process: () => ChildProcess
  /** Stops it, by default as a crash does. Resolves when it has gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port and folder. Resolves when it has its data. */
  start(extra?: readonly string[]): Promise<void>
  /** Starts it again and waits for nothing, not even for its data. */
  launch(extra?: readonly string[]): void
  /** It keeps its connections and answers nothing. */
  freeze(): void
  thaw(): void
  /** What `redis-cli` prints. */
  cli(...args: readonly string[]): string
  /** Ends it and removes the folder. */
  dispose(): Promise<void>
}

export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** Says at the end of `npm test` that a suite did not run. */
export const redisIsMissing = (suite: string): void =>
  leftOut(suite, 'apt-get install redis-server')

const noPersistence = ['--save', '', '--appendonly', 'no']
/** Every write is on the disk before its answer. */
export const durable = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']

export interface RedisPlace {
  readonly port: number
  readonly folder: string
}

/** @param readyWhen what the program prints when it can be used. */
export async function startRedis(
  options: readonly string[] | ((place: RedisPlace) => readonly string[]) = noPersistence,
  readyWhen = 'Ready to accept connections',
): Promise<RedisServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-redis-'))
  const chosen = typeof options === 'function' ? options({ port, folder }) : options
  const usual = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  let running: ChildProcess | undefined

  function launch(extra: readonly string[] = []): ChildProcess {
    // A configuration file, which a Sentinel must have, is to be the first argument.
    const [first = ''] = chosen
    const args = first.startsWith('--') ? [...usual, ...chosen, ...extra] : chosen
    running = spawn('redis-server', args, { stdio: 'pipe' })
    return running
  }

  const kill = (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => endProcess(running, signal)

  // Also when the test's own process ends before its clean-up.
  const atExit = (): void => void running?.kill('SIGKILL')
  process.setMaxListeners(Math.max(process.getMaxListeners(), 50))
  process.once('exit', atExit)
  await untilReady(launch(), readyWhen)
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    folder,
    process: () => running as ChildProcess,
    kill,
    start: (extra) => untilReady(launch(extra), readyWhen),
    launch: (extra) => void launch(extra),
    freeze: () => void running?.kill('SIGSTOP'),
    thaw: () => void running?.kill('SIGCONT'),
    cli: (...args) => redisCli(port, ...args),
    async dispose() {
      process.removeListener('exit', atExit)
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

export function redisCli(port: number, ...args: readonly string[]): string {
  const place = ['-h', '127.0.0.1', '-p', String(port)]
  const { stdout, stderr } = spawnSync('redis-cli', [...place, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return `${stdout}${stderr}`.trim()
}

async function untilReady(child: ChildProcess, readyWhen: string): Promise<void> {
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  for (let tries = 0; tries < 1000; tries += 1) {
    if (output.includes(readyWhen)) return
    if (child.exitCode !== null) throw new Error(`redis-server has gone: ${output}`)
    await pause(10)
  }
  throw new Error(`redis-server does not start: ${output}`)
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
