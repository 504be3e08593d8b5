/**
 * A redis-server of the test's own, on a free port of this machine, in a folder that goes with it.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface RedisServer {
  readonly port: number
  readonly url: string
  readonly folder: string
  readonly process: () => ChildProcess
  /** Stops it, by default as a crash does. Resolves when it has gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port and folder. */
  start(extra?: readonly string[]): Promise<void>
  /** Ends it and removes the folder. */
  dispose(): Promise<void>
}

export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0

const noPersistence = ['--save', '', '--appendonly', 'no']

export async function startRedis(options: readonly string[] = noPersistence): Promise<RedisServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-redis-'))
  let running: ChildProcess | undefined

  async function start(extra: readonly string[] = []): Promise<void> {
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
    const child = spawn('redis-server', [...place, ...options, ...extra], { stdio: 'pipe' })
    running = child
    await untilReady(child)
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = running
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    child.kill('SIGCONT')
    await gone
  }

  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    folder,
    process: () => running as ChildProcess,
    kill,
    start,
    async dispose() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(child: ChildProcess): Promise<void> {
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  for (let tries = 0; tries < 500; tries += 1) {
    if (output.includes('Ready to accept connections')) return
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
