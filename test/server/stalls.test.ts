/** A connection on which nothing moves while an answer is due is closed; others are left alone. */

import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpServer } from '../../src/server/http-server.ts'
import { openSocket } from '../support/raw-http.ts'

/** More than the kernel takes for a client that does not read. */
const muchMore = Buffer.alloc(32 * 1024 * 1024, 'a')

/** Milliseconds by which it is noticed late, and as many for a busy machine. */
const slack = 1_000 + 2_000

async function connectTo(stallTimeout: number, handle: RequestListener) {
  const server = createHttpServer(10, handle, stallTimeout).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const socket = openSocket(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const ask = () => void socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  return { server, socket, ask }
}

test('H6: one whose client does not read its answer', async () => {
  const { server, socket, ask } = await connectTo(300, (_, response) => response.end(muchMore))
  const connected = once(server, 'request')
  socket.pause()
  ask()
  const [, response] = await connected
  const since = performance.now()
  await once(response, 'close')
  const waited = performance.now() - since
  expect(socket.bytesRead).toBeLessThan(muchMore.length)
  expect(waited).toBeGreaterThan(300)
  expect(waited).toBeLessThan(300 + slack)
})

test('H6: one that gets no answer', async () => {
  const { socket, ask } = await connectTo(300, () => undefined)
  const since = performance.now()
  ask()
  await once(socket.resume(), 'close')
  expect(performance.now() - since).toBeLessThan(300 + slack)
})

test('H6: not one whose client reads slowly', async () => {
  const { socket, ask } = await connectTo(600, (_, response) => response.end(muchMore))
  let received = 0
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length
    // So it takes longer for all than it may stall, and longer than that is noticed late.
    socket.pause()
    setTimeout(() => socket.resume(), 5)
  })
  ask()
  while (received < muchMore.length && !socket.destroyed) await pause(50)
  expect(received).toBeGreaterThan(muchMore.length)
}, 60_000)

test('H6: not one that waits for its next request after an answer that took long', async () => {
  const { socket, ask } = await connectTo(2_000, async (_, response) => {
    await pause(1_300)
    response.end('late')
  })
  socket.resume()
  for (let round = 0; round < 2; round += 1) {
    ask()
    await once(socket, 'data')
    // Longer than it may stall, shorter than it may be idle.
    await pause(2_700)
  }
  expect(socket.destroyed).toBe(false)
}, 20_000)
