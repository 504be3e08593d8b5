// Starts processes on cores of their own where taskset is, and reads what they use from /proc.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
/** Servers run on the first core, the load and the databases on the second. */
export const serverCore = 0
export const loadCore = 1

export const hasProgram = (name, ...args) => spawnSync(name, args).error === undefined
export const canPin = availableParallelism() > 1 && hasProgram('taskset', '--version')

/** @param core undefined for any. @returns the program and its arguments. */
function pinned(core, program, args) {
  if (!canPin || core === undefined) return [program, args]
  return ['taskset', ['-c', String(core), program, ...args]]
}

// What has been started goes with this process, however it ends.
const undo = []
process.once('exit', undoAll)

/** Ends all that was started and removes its folders: also what a suite that failed has left behind. */
export function undoAll() {
  for (const step of undo.splice(0).toReversed()) step()
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** Starts a program. @returns its process, and `stop`, which resolves when it has gone. */
export function start(core, program, args, options = {}) {
  const [command, all] = pinned(core, program, args)
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'inherit'], ...options })
  undo.push(() => child.kill('SIGKILL'))
  // One that cannot be started ends with a code below 0.
  child.on('error', () => {})
  const gone = new Promise((resolve) => child.once('close', resolve))
  const stop = async (signal = 'SIGKILL') => {
    child.kill(signal)
    await gone
  }
  return { child, pid: child.pid, stop, gone }
}

/**
 * Resolves with the line of its output that the pattern finds.
 *
 * @throws Error when the process ends before.
 */
export function lineOf({ child, gone }, pattern, stream = 'stdout') {
  return new Promise((resolve, reject) => {
    let printed = ''
    child[stream].on('data', (chunk) => {
      if (printed === undefined) return
      printed += chunk
      const found = pattern.exec(printed)
      if (!found) return
      printed = undefined
      resolve(found[1])
    })
    gone.then((code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)))
  })
}

/** Runs a program to its end. @returns what it printed. @throws Error unless it ends well. */
export async function run(core, program, args, options = {}) {
  const { child, gone } = start(core, program, args, options)
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const code = await gone
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${code}`)
  return printed
}

const statOf = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
const ticksASecond = 100

/** Processor time of a process, in seconds; of one that has gone, 0. */
export function processorSeconds(pid) {
  if (!existsSync(`/proc/${pid}`)) return 0
  const fields = statOf(pid)
  return (Number(fields[11]) + Number(fields[12])) / ticksASecond
}

/** A process and those that it has started itself. */
export function withChildren(pid) {
  const file = `/proc/${pid}/task/${pid}/children`
  const children = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  return [pid, ...(children === '' ? [] : children.split(' ').map(Number))]
}

/** The same of this process and of all its children that have ended. */
export function ownProcessorSeconds() {
  const fields = statOf('self').slice(11, 15).map(Number)
  return fields.reduce((sum, ticks) => sum + ticks, 0) / ticksASecond
}

/** Processor time that the machine has spent, idling and waiting left out, in seconds. */
export function machineProcessorSeconds() {
  const [line] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user, nice, system, , , irq, softirq, steal] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softirq + steal) / ticksASecond
}

/** Memory of a process, in MB of 1,000,000 bytes: what it has now (`VmRSS`), or had at most. */
export function residentMegabytes(pid, field = 'VmRSS') {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6
}
