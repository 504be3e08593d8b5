/**
 * A thousand clients that send slowly are felt by nobody (M19, H6). SLOW_SECONDS=60 for the full
 * minute.
 */

import { expect, onTestFinished, test } from 'vitest'
import { connectTo, logInOver, registerOver, type Send } from './server.ts'
import { createSender, startServerProcess, temporaryFolder } from './server-process.ts'
import { holdSlowSockets } from './slow-sockets.ts'

const seconds = Number(process.env.SLOW_SECONDS ?? 14)
const slowHead = 'GET /auth/profile HTTP/1.1\r\nHost: x\r\nX-Slow: '
const slowBody =
  'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"'

async function logIn(send: Send): Promise<string> {
  await registerOver(send, 'ada')
  return String((await logInOver(send, 'ada')).body.accessToken)
}

interface Felt {
  readonly refused: readonly unknown[]
  /** Milliseconds that a hundredth of the answers exceeded. */
  readonly p99: number
  readonly count: number
}

async function askFor(milliseconds: number, ask: () => Promise<{ status: number }>): Promise<Felt> {
  const times: number[] = []
  const refused: unknown[] = []
  const until = performance.now() + milliseconds
  while (performance.now() < until) {
    const startedAt = performance.now()
    const { status } = await ask().catch((error: unknown) => ({ status: error }))
    times.push(performance.now() - startedAt)
    if (status !== 200) refused.push(status)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const sorted = times.toSorted((a, b) => a - b)
  return { refused, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, count: times.length }
}

test('M19, H6: 1,000 slow clients are cut off in time, and others do not feel them', {
  timeout: (seconds + 40) * 1000,
}, async () => {
  const server = await startServerProcess(temporaryFolder())
  const send = createSender(server.url, 2)
  const accessToken = await logIn(send)
  const ask = () => send('GET', '/auth/profile', { accessToken })
  const before = await askFor(2_000, ask)
  const heads = holdSlowSockets(server.url, 800, slowHead)
  const bodies = holdSlowSockets(server.url, 200, slowBody)
  onTestFinished(heads.stop)
  onTestFinished(bodies.stop)

  const felt = await askFor(seconds * 1000, ask)
  expect(heads.open() + bodies.open()).toBeGreaterThan(500)
  expect(felt.refused).toEqual([])
  expect(felt.count).toBeGreaterThan(seconds * 10)
  // On a busy machine nobody is fast; three times as slow as without them would still be theirs.
  expect(felt.p99).toBeLessThan(Math.max(50, 3 * before.p99))

  // headersTimeout 5 s and requestTimeout 10 s, looked at each second.
  expect(heads.ended.length).toBeGreaterThanOrEqual(500)
  expect(bodies.ended.length).toBeGreaterThanOrEqual(20)
  expect(new Set([...heads.ended, ...bodies.ended].map(({ status }) => status))).toEqual(
    new Set([408]),
  )
  expect(longest(heads.ended)).toBeLessThan(8_000)
  expect(longest(bodies.ended)).toBeLessThan(13_000)
  expect(server.complaints()).toBe('')
})

test('H6: slow clients beyond the limit of connections do not keep others out', async () => {
  const server = await startServerProcess(temporaryFolder(), { COUNTERSIGN_CONNECTION_LIMIT: '50' })
  const accessToken = await logIn(createSender(server.url, 1))
  const slow = holdSlowSockets(server.url, 200, slowHead)
  onTestFinished(slow.stop)

  const felt = await askFor(6_000, async () => {
    // A connection of its own each time, as a newcomer has it.
    const { send, close } = connectTo(server.url, 1)
    return send('GET', '/auth/profile', { accessToken }).finally(close)
  })
  expect(slow.ended.length).toBeGreaterThan(100)
  expect(felt.count).toBeGreaterThan(20)
  expect(felt.refused).toEqual([])
})

const longest = (ended: readonly { readonly lasted: number }[]): number =>
  Math.max(...ended.map(({ lasted }) => lasted))
