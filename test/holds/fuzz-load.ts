/**
 * The fuzzer: batches of connections against a server process, with honest clients among them, and
 * the promises that are held against every batch (G7, M28).
 *
 * Knows no test runner: `fuzz.test.ts` runs some thousand requests, `npm run fuzz` many.
 */

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { converse, type Exchange } from '../support/raw-http.ts'
import {
  connections,
  cut,
  type HostileConnection,
  type OrderlyConnection,
} from './fuzz-requests.ts'
import { connectTo, logInOver, registerOver, type Send, type ServerProcess } from './server.ts'

export interface FuzzTotals {
  readonly requests: number
  readonly connections: number
  /** Answers by status. */
  readonly answers: ReadonlyMap<number, number>
  /** Clients that left in the middle. */
  readonly left: number
  readonly honestRequests: number
  /** Milliseconds until the first byte of an answer: a hundredth took longer; and the longest. */
  readonly p99: number
  readonly slowest: number
  /** The same for well-formed requests among them: how busy the machine was. */
  readonly orderlyP99: number
  /** Of the server process, after a tenth of the requests and at the end. */
  readonly memoryBefore: number
  readonly memoryAfter: number
}

export interface FuzzSettings {
  readonly server: ServerProcess
  readonly requests: number
  readonly seed: number
  readonly onProgress?: (requests: number) => void
}

const honest = ['ada', 'bob'] as const
const batchSize = 8
const batchesARun = 20

// Completes what waits for more, and is no HTTP itself, so that the server ends the connection.
const closer = `\r\n\r\n0\r\n\r\n${'\0'.repeat(600)}`

/** @throws Error whose cause names the seed and the smallest batch that breaks a promise. */
export async function runFuzz({
  server,
  requests,
  seed,
  onProgress,
}: FuzzSettings): Promise<FuzzTotals> {
  const client = connectTo(server.url, honest.length)
  const tokens = await logAllIn(client.send)
  const counted = createCounters()
  let memoryBefore = 0
  const property = fc.asyncProperty(
    fc.array(connections([tokens.get('mallory') ?? ''], honest), {
      minLength: batchSize,
      maxLength: batchSize,
    }),
    async (batch) => {
      const hostile = batch.map((one) => runConnection(server.url, one, tokens, counted))
      const [answered] = await Promise.all([expectHonest(client.send, tokens), ...hostile])
      counted.honestRequests += answered
    },
  )
  try {
    for (let run = 0; counted.requests < requests; run += 1) {
      await fc.assert(property, { numRuns: batchesARun, seed: seed + run })
      if (memoryBefore === 0 && counted.requests >= requests / 10) {
        memoryBefore = residentMegabytes(server.pid)
      }
      onProgress?.(counted.requests)
    }
    const memoryAfter = await settledMegabytes(server.pid)
    return { ...counted.totals(), memoryBefore, memoryAfter }
  } catch (cause) {
    throw new Error(`after ${counted.requests} requests; stderr: ${server.complaints()}`, { cause })
  } finally {
    client.close()
  }
}

async function logAllIn(send: Send): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>()
  for (const name of [...honest, 'mallory']) {
    await registerOver(send, name)
    tokens.set(name, String((await logInOver(send, name)).body.accessToken))
  }
  return tokens
}

async function expectHonest(send: Send, tokens: ReadonlyMap<string, string>): Promise<number> {
  for (const name of honest) {
    const accessToken = tokens.get(name) ?? ''
    const { status, body } = await send('GET', '/auth/profile', { accessToken })
    const { username } = body.user as { username: string }
    if (status !== 200 || username !== name)
      throw new Error(`${name} was answered ${status} as ${username}`)
  }
  return honest.length
}

type Counters = ReturnType<typeof createCounters>

function createCounters() {
  const answers = new Map<number, number>()
  const times: Record<'hostile' | 'orderly', number[]> = { hostile: [], orderly: [] }
  const counters = { requests: 0, connections: 0, left: 0, honestRequests: 0 }
  return Object.assign(counters, {
    count: (kind: keyof typeof times, { answers: all, firstByteMs }: Exchange): void => {
      for (const { status } of all) answers.set(status, (answers.get(status) ?? 0) + 1)
      if (firstByteMs !== undefined) times[kind].push(firstByteMs)
    },
    totals: () => {
      const { requests, connections: opened, left, honestRequests } = counters
      return {
        requests,
        connections: opened,
        left,
        honestRequests,
        answers,
        p99: quantile(times.hostile, 0.99),
        slowest: quantile(times.hostile, 1),
        orderlyP99: quantile(times.orderly, 0.99),
      }
    },
  })
}

async function runConnection(
  url: string,
  connection: HostileConnection | OrderlyConnection,
  tokens: ReadonlyMap<string, string>,
  counters: Counters,
): Promise<void> {
  counters.connections += 1
  if (connection.kind === 'orderly') return runOrderly(url, connection, tokens, counters)
  const { requests, cuts, leavesAt } = connection
  counters.requests += requests.length
  const stream = requests.join('')
  if (leavesAt !== undefined) {
    counters.left += 1
    const part = stream.slice(0, Math.floor(leavesAt * stream.length))
    await converse(url, cut(part, cuts), { aborts: true })
    return
  }
  const exchange = await converse(url, cut(stream + closer, cuts), { quietMs: 250 })
  counters.count('hostile', exchange)
  for (const { status, headers, body } of exchange.answers) {
    const isExpected =
      status === 100 || (status >= 200 && status < 300) || (status >= 400 && status < 500)
    if (!isExpected) throw new Error(`answered ${status}: ${body}`)
    const type = headers.get('content-type')
    if (status >= 400 && type !== 'application/problem+json')
      throw new Error(`${status} as ${type}`)
  }
}

async function runOrderly(
  url: string,
  { askers, cuts }: OrderlyConnection,
  tokens: ReadonlyMap<string, string>,
  counters: Counters,
): Promise<void> {
  counters.requests += askers.length
  const requests = askers.map((name, index) => {
    const authorization = name === undefined ? '' : `Authorization: Bearer ${tokens.get(name)}\r\n`
    const last = index === askers.length - 1 ? 'Connection: close\r\n' : ''
    return `GET /auth/profile HTTP/1.1\r\nHost: x\r\n${authorization}${last}\r\n`
  })
  const exchange = await converse(url, cut(requests.join(''), cuts))
  counters.count('orderly', exchange)
  const seen = exchange.answers.map(({ status, body }) =>
    status === 200 ? JSON.parse(body).user.username : status,
  )
  const wanted = askers.map((name) => name ?? 401)
  if (seen.join() !== wanted.join()) throw new Error(`asked as ${wanted}, answered as ${seen}`)
}

/** True when noise was answered in 50 ms, or on a busy machine not much later than the rest. */
export const wasFast = ({ p99, orderlyP99 }: FuzzTotals): boolean =>
  p99 < Math.max(50, 2 * orderlyP99)

function quantile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** Linux only. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024
}

/** The least of a few seconds: memory is given back late. */
async function settledMegabytes(pid: number): Promise<number> {
  let least = residentMegabytes(pid)
  for (let look = 0; look < 10; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    least = Math.min(least, residentMegabytes(pid))
  }
  return least
}
