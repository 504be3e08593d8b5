// Starts servers and the load as processes of their own, on cores of their own where taskset is.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const main = here('../dist/cli/main.js')
export const serverCore = 0
const loadCore = 1

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

export function pinned(core, args) {
  return canPin
    ? ['taskset', ['-c', String(core), process.execPath, ...args]]
    : [process.execPath, args]
}

/** A program on the core of the load. @returns command and arguments. */
export function pinnedBesideLoad(program, args) {
  return canPin ? ['taskset', ['-c', String(loadCore), program, ...args]] : [program, args]
}

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  process.setMaxListeners(100)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a server and resolves when its first line names its URL. */
async function start(args, env, { pin = true } = {}) {
  const [command, all] = pin ? pinned(serverCore, args) : [process.execPath, args]
  const startedAt = performance.now()
  const child = spawn(command, all, {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (chunk) => {
      if (printed.includes('\n')) return
      printed += chunk
      const found = /(http:\/\/\S+)\n/.exec(printed)
      if (found) resolve(found[1])
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with code ${code}`)))
  })
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', resolve)
      child.kill('SIGKILL')
    })
  return { url, pid: child.pid, startedAt, stop }
}

export const startBare = (how) => start([here('bare.mjs')], {}, how)

/** Starts a server of this folder. */
export const startScript = (name, env) => start([here(name)], env)

export function startCountersign(folder, env = {}, how = {}) {
  if (!existsSync(main)) throw new Error('dist/ is missing: run `npm run build` first.')
  return start([main, 'serve'], { COUNTERSIGN_DATA: folder, ...env }, how)
}

/** Processor time of a process, in seconds. */
export function processorSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Resident memory of a process, in MB of 1,000,000 bytes. */
export function residentMegabytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024) / 1e6
}

/** Runs `load.mjs` on the other core. @returns what it counted. */
export async function load(plan) {
  const [command, all] = pinned(loadCore, [here('load.mjs'), JSON.stringify(plan)])
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the load ended with code ${code}`)
  return JSON.parse(printed)
}

export async function postJson(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

const credentials = { username: 'bench', password: 'a long password for the bench' }

export const registerAccount = (url) => postJson(`${url}/auth/register`, credentials)
export const logIn = (url) => postJson(`${url}/auth/login`, credentials)
