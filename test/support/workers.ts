/** `countersign serve --workers N`, built, as an operator starts it; gone when the test has finished. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { platform } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const main = join(import.meta.dirname, '../../dist/cli/main.js')

/** There is a build, and signals and processes are those of Linux. */
export const canRunServe = existsSync(main) && platform() === 'linux'

export interface Workers {
  readonly url: string
  readonly child: ChildProcess
  readonly output: () => string
  readonly complaints: () => string
  readonly code: Promise<number | null>
  /** Process ids of the workers that are there now. */
  pids(): readonly number[]
  /** Resolves when the pattern is in the output. */
  printed(pattern: RegExp): Promise<void>
}

export type Run = Omit<Workers, 'url'>

/** Limits are off: what the tests send comes from one address. */
const usual = {
  PORT: '0',
  HOST: '127.0.0.1',
  COUNTERSIGN_LOGIN_LIMIT: 'off',
  COUNTERSIGN_REGISTER_LIMIT: 'off',
}

export function runServe(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Run {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [main, 'serve', ...args], {
    env: { PATH, ...usual, COUNTERSIGN_DATA: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
    })
  }
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  onTestFinished(async () => {
    // Workers end when the process that started them has gone.
    child.kill('SIGKILL')
    await code
  })
  return {
    ...{ child, code, output: () => printed.stdout, complaints: () => printed.stderr },
    pids: () => childrenOf(child.pid ?? 0),
    printed: (pattern) =>
      until(
        () => pattern.test(printed.stdout),
        () => `${printed.stdout}${printed.stderr}`,
      ),
  }
}

/** Resolves when they answer. */
export async function startWorkers(
  folder: string,
  count: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Workers> {
  const run = runServe(folder, ['--workers', String(count)], environment)
  await run.printed(/listens on http:\S+\n/)
  return { ...run, url: /listens on (http:\S+)\n/.exec(run.output())?.[1] ?? '' }
}

const mostMilliseconds = 20_000

/** @throws Error with what `found` says, when it does not come to be true. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  found: () => string = () => '',
): Promise<void> {
  const giveUpAt = performance.now() + mostMilliseconds
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) throw new Error(`it does not come to be: ${found()}`)
    await pause(10)
  }
}

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** A connection that is kept, so that all its requests go to one worker. */
export interface KeptConnection {
  /** Sends a request without a body. @returns status and headers as they came. */
  get(path: string, accessToken?: string): Promise<string>
  isClosed(): boolean
}

export async function keepConnection(url: string): Promise<KeptConnection> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let isClosed = false
  let received = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk
  })
  socket.on('error', () => undefined)
  socket.once('close', () => {
    isClosed = true
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    async get(path, accessToken = '') {
      received = ''
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${accessToken}\r\n\r\n`,
      )
      await until(
        () => isWhole(received) || isClosed,
        () => received,
      )
      return received
    },
    isClosed: () => isClosed,
  }
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n')
  const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0)
  return end >= 0 && received.length >= end + 4 + length
}
