/** The limit of connections: who makes room, and who is refused (H6, M19). */

import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { readServerSettings } from '../../src/server/environment.ts'
import { converse, openSocket } from '../support/raw-http.ts'
import { startStandalone } from '../support/standalone.ts'

const get = 'GET /healthz HTTP/1.1\r\nHost: x\r\n'
const post = 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

function login(username: string): string {
  const body = JSON.stringify({ username, password: 'correct horse battery' })
  return `${post}Content-Length: ${body.length}\r\n\r\n${body}`
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
  const { url } = await startStandalone({}, { connectionLimit: 2 })
  // Each hash takes tens of milliseconds, one after the other; eight fit into the queue of hashes.
  const busy = ['ada', 'bob'].map((name) =>
    converse(url, [login(`${name}1`), login(`${name}2`), login(`${name}3`), login(`${name}4`)]),
  )
  await new Promise((resolve) => setTimeout(resolve, 60))
  const [refusal] = (await converse(url, [`${get}\r\n`])).answers
  expect(refusal?.status).toBe(503)
  expect(refusal?.headers.get('retry-after')).toMatch(/^[1-3]$/)
  expect(JSON.parse(refusal?.body ?? '').code).toBe('temporarily_unavailable')
  for (const { answers } of await Promise.all(busy)) {
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
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
