/**
 * A PostgreSQL cluster of the test's own, on a free port of this machine, in a folder that goes with
 * it; or the one that `TEST_POSTGRES_URL` names.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { leftOut } from '../left-out.ts'
import { endProcess } from './child-process.ts'
import { freePort } from './redis-server.ts'

export interface PostgresServer {
  readonly url: string
  /** A new, empty database on it. @returns its URL. */
  createDatabase(): Promise<string>
  dispose(): Promise<void>
}

export interface OwnPostgresServer extends PostgresServer {
  readonly port: number
  /** Sends a signal to the server and its processes. */
  signal(signal: NodeJS.Signals): void
  /** Stops it, by default at once and without a shutdown. Resolves when it has gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port and folder. */
  start(): Promise<void>
}

/** Where Debian and others put programs that are not meant for the path. */
function programFolder(): string | undefined {
  const onPath = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim()
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root) : []
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'))
  return [...folders, onPath ?? ''].find((folder) => existsSync(join(folder, 'initdb')))
}

/** The server refuses to run as root. */
function otherUser(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const fields = users.find((line) => line.startsWith('postgres:'))?.split(':')
  return { uid: Number(fields?.[2] ?? 65534), gid: Number(fields?.[3] ?? 65534) }
}

/** Undefined where there is none; then the suite is told as left out. */
export async function sharedPostgres(suite: string): Promise<PostgresServer | undefined> {
  const url = process.env.TEST_POSTGRES_URL
  if (url !== undefined) {
    return { url, createDatabase: () => createDatabase(url), dispose: async () => {} }
  }
  return ownPostgres(suite)
}

export async function ownPostgres(suite: string): Promise<OwnPostgresServer | undefined> {
  const programs = programFolder()
  if (programs !== undefined) return startPostgres(programs)
  leftOut(suite, 'apt-get install postgresql')
  return undefined
}

async function startPostgres(programs: string): Promise<OwnPostgresServer> {
  const user = otherUser()
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'))
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { ...user, cwd: folder, encoding: 'utf8' as const }
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--no-sync'],
    options,
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}${made.error ?? ''}`)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let running: ChildProcess | undefined

  async function start(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'max_connections=200']
    const noSockets = [...settings, 'unix_socket_directories=', 'shared_buffers=64MB', 'fsync=off']
    const args = ['-D', data, ...noSockets.flatMap((setting) => ['-c', setting])]
    const child = spawn(join(programs, 'postgres'), args, { ...options, stdio: 'pipe' })
    running = child
    child.stdout?.resume()
    await untilReady(child, url)
  }

  const kill = (signal: NodeJS.Signals = 'SIGQUIT'): Promise<void> => endProcess(running, signal)

  await start()
  return {
    port,
    url,
    createDatabase: () => createDatabase(url),
    signal(signal) {
      const own = running?.pid
      if (own === undefined) return
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(own)], {
        encoding: 'utf8',
      })
      const children = stdout.split('\n').map(Number).filter(Boolean)
      for (const pid of [own, ...children]) process.kill(pid, signal)
    },
    kill,
    start,
    async dispose() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  let output = ''
  child.stderr?.on('data', (chunk) => {
    output = `${output}${chunk}`.slice(-4000)
  })
  for (let tries = 0; tries < 1000; tries += 1) {
    if (await canConnect(url)) return
    if (child.exitCode !== null) throw new Error(`postgres has gone: ${output}`)
    await pause(20)
  }
  throw new Error(`postgres does not start: ${output}`)
}

async function canConnect(url: string): Promise<boolean> {
  return withClient(url, async () => true).catch(() => false)
}

async function createDatabase(url: string): Promise<string> {
  const name = `countersign_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await withClient(url, (client) => client.query(`CREATE DATABASE ${name}`))
  const made = new URL(url)
  made.pathname = `/${name}`
  return made.href
}

/** One connection for a moment, as an administrator. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
