/** The limit of connections: who makes room, and who is refused (H6, M19). */

import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readServerSettings } from '../../src/server/environment.ts'
import { createClient } from '../support/client.ts'
import { converse, openSocket } from '../support/raw-http.ts'
import { startStandalone } from '../support/standalone.ts'
import { password } from '../support/test-server.ts'

const get = 'GET /healthz HTTP/1.1\r\nHost: x\r\n'
const post = 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

function login(username: string): string {
  const body = JSON.stringify({ username, password })
  return `${post}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** Keeps log-ins at work: they ask for claims, and wait here until it is opened. */
function createGate() {
  let waiting: (() => void)[] = []
  return {
    pass: () => new Promise<Record<string, unknown>>((resolve) => waiting.push(() => resolve({}))),
    reached: (count: number) =>
      vi.waitUntil(() => waiting.length === count, { interval: 5, timeout: 10_000 }),
    open: () => {
      for (const go of waiting) go()
      waiting = []
    },
  }
}

/** Opens a connection, writes, and stays. */
async function hold(url: string, bytes: string) {
  const socket = openSocket(url)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.write(bytes)
  await new Promise((resolve) => setTimeout(resolve, 20))
  return socket.resume()
}

const ask = async (url: string): Promise<readonly number[]> => {
  const { answers } = await converse(url, [`${get}Connection: close\r\n\r\n`])
  return answers.map(({ status }) => status)
}

test.each([
  ['nothing', ''],
  ['half a head', `${get}X-Slow: `],
  ['half a body', `${post}Content-Length: 100\r\n\r\n{`],
  ['a request that was answered', `${get}\r\n`],
])('H6: at the limit those that sent %s make room, the oldest first', async (_, bytes) => {
  const { url } = await startStandalone({}, { connectionLimit: 3 })
  const sockets = [await hold(url, bytes), await hold(url, bytes), await hold(url, bytes)]
  expect(await ask(url)).toEqual([200])
  expect(sockets.map(({ destroyed, closed }) => destroyed || closed)).toEqual([true, false, false])
  for (let round = 0; round < 10; round += 1) expect(await ask(url)).toEqual([200])
})

test('H6: where all others are at work, the next one is 503 and nobody is disturbed', async () => {
  const gate = createGate()
  const { url } = await startStandalone({ claims: gate.pass }, { connectionLimit: 2 })
  await createClient(url).register('ada')
  const busy = [converse(url, [login('ada')]), converse(url, [login('ada')])]
  await gate.reached(2)
  const [refusal] = (await converse(url, [`${get}\r\n`])).answers
  gate.open()
  expect(refusal?.status).toBe(503)
  expect(refusal?.headers.get('retry-after')).toMatch(/^[1-3]$/)
  expect(JSON.parse(refusal?.body ?? '').code).toBe('temporarily_unavailable')
  for (const { answers } of await Promise.all(busy)) {
    expect(answers.map(({ status }) => status)).toEqual([200])
  }
  expect(await ask(url)).toEqual([200])
})

test('H6: a connection that was closed counts no more', async () => {
  const { url } = await startStandalone({}, { connectionLimit: 1 })
  for (let round = 0; round < 20; round += 1) expect(await ask(url)).toEqual([200])
})

test('H6: the limit is a whole number or off, and 5000 when nothing is said', () => {
  const limitOf = (COUNTERSIGN_CONNECTION_LIMIT?: string) =>
    readServerSettings({ COUNTERSIGN_CONNECTION_LIMIT }).connectionLimit
  expect([limitOf(), limitOf('20'), limitOf('off')]).toEqual([5000, 20, Number.POSITIVE_INFINITY])
  for (const wrong of ['0', '-1', '1.5', 'many', '1e9']) {
    expect(() => limitOf(wrong)).toThrow('COUNTERSIGN_CONNECTION_LIMIT must be a whole number')
  }
})
