/**
 * A flood of log-ins slows no guarded request and takes no memory (G11, H7, M18; ASVS 15.2.2).
 *
 * 500 clients log in at once, and again when Retry-After says so, for four seconds; meanwhile somebody
 * calls a guarded route. What neighbours on the machine take is left out: a guarded request is timed without
 * what the two ends waited for a processor, and how soon a refusal is there follows from the work that it
 * costs the server. That no more hashes are at work than the pool holds is held in test/crypto.
 */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { canMeasure } from './bench-result.ts'
import { mainThreadOf, startWatch } from './main-thread.ts'
import type { ServerProcess } from './server.ts'
import {
  createSender,
  logInOver,
  registerOver,
  type Send,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts'

const clients = 500
const milliseconds = 4000
const mostRounds = 4
const paceMilliseconds = 2
/** As the server's pool reckons it: libuv has four threads. */
const pool = Math.max(1, Math.min(availableParallelism(), 4) - 1)
const mostGuarded = 50
/** Alone on the machine it is below 50; neighbours slow the work itself, through caches and shared cores. */
const mostHalf = 100
const mostMemoryMiB = pool * 19 + 150

interface FloodAnswer {
  readonly status: number
  readonly retryAfterSeconds: number
}

interface Round {
  readonly refused: readonly FloodAnswer[]
  readonly loggedIn: readonly FloodAnswer[]
  readonly guardedP99: number
  /** What half of the flood needs, so when the median refusal is there: milliseconds of work. */
  readonly halfOfFlood: number
}

const clientFile = fileURLToPath(new URL('login-flood-client.mjs', import.meta.url))

async function flood(url: string): Promise<readonly FloodAnswer[]> {
  const settings = [clientFile, url, clients, milliseconds].map(String)
  const { stdout } = await promisify(execFile)(process.execPath, settings, { maxBuffer: 2 ** 25 })
  const answers = JSON.parse(stdout) as readonly (readonly [number, number])[]
  return answers.map(([status, retryAfterSeconds]) => ({ status, retryAfterSeconds }))
}

async function timeOf(pid: number, send: Send, accessToken: string): Promise<number> {
  const elapsed = startWatch(pid, process.pid)
  const { status } = await send('GET', '/protected', { accessToken })
  const time = elapsed()
  expect(status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, paceMilliseconds))
  return time
}

async function playRound(server: ServerProcess, send: Send, accessToken: string): Promise<Round> {
  const busyBefore = mainThreadOf(server.pid).busy
  let isOver = false
  const flooding = flood(server.url).finally(() => {
    isOver = true
  })
  // One after the other, as one client of the guarded route: its waits are counted, not those of a crowd.
  const guarded: number[] = []
  while (!isOver) guarded.push(await timeOf(server.pid, send, accessToken))
  const answers = await flooding
  const busy = mainThreadOf(server.pid).busy - busyBefore
  const refused = answers.filter(({ status }) => status !== 200)
  return {
    refused,
    loggedIn: answers.filter(({ status }) => status === 200),
    guardedP99: quantile(guarded, 0.99),
    halfOfFlood: ((busy / (answers.length + guarded.length)) * clients) / 2,
  }
}

test.skipIf(!canMeasure)(
  'G11, H7, M18: of 500 log-ins at once what is too much is refused at once, and the guard goes on',
  { timeout: 120_000 },
  async () => {
    const server = await startServerProcess(temporaryFolder())
    const send = createSender(server.url, 1)
    await registerOver(send, 'ada')
    // Somebody else: the flood takes the oldest of ada's sessions away.
    await registerOver(send, 'bertha')
    const { body } = await logInOver(send, 'bertha')
    const played: Round[] = []
    while (played.length < mostRounds && !isInTime(played)) {
      played.push(await playRound(server, send, String(body.accessToken)))
    }
    for (const { refused, loggedIn } of played) {
      // The pool takes what it holds and what may wait; the others hear when to come again.
      expect(loggedIn.length).toBeGreaterThanOrEqual(pool * 11)
      expect(refused.length).toBeGreaterThan(clients / 2)
      expect(refused.filter(({ status }) => !tooMuch.has(status))).toEqual([])
      for (const { retryAfterSeconds } of refused) expect(retryAfterSeconds).toBeGreaterThan(0)
    }
    expect(peakMemoryMiB(server.pid)).toBeLessThan(mostMemoryMiB)
    expect(best(played, 'guardedP99')).toBeLessThan(mostGuarded)
    expect(best(played, 'halfOfFlood')).toBeLessThan(mostHalf)
  },
)

const tooMuch = new Set([429, 503])

const best = (played: readonly Round[], figure: 'guardedP99' | 'halfOfFlood'): number =>
  Math.min(...played.map((round) => round[figure]))

const isInTime = (played: readonly Round[]): boolean =>
  best(played, 'guardedP99') < mostGuarded && best(played, 'halfOfFlood') < mostHalf

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** The most that the process has ever held in memory. */
function peakMemoryMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}
