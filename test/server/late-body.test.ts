/** A body that is asked for late: some turns of the event loop after its head has arrived. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { maximumBodyBytes, type RequestBody } from '../../src/http/request.ts'
import { httpRequest } from '../../src/node/request.ts'

async function serve(isDue: (request: IncomingMessage) => boolean) {
  const bodies: Promise<RequestBody>[] = []
  const server = createServer(async (incoming, response) => {
    while (!isDue(incoming)) await turn()
    bodies.push(httpRequest(incoming, '/').body())
    await bodies.at(-1)?.catch(() => undefined)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { bodies, port }
}

const post = async (port: number, body: string) => {
  const sent = request({ host: '127.0.0.1', port, method: 'POST' })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  answer.resume()
  return answer
}

test.each([0, 1, 1000, maximumBodyBytes])(
  'one of %d bytes that has arrived whole',
  async (length) => {
    const { bodies, port } = await serve((incoming) => incoming.complete)
    const { headers } = await post(port, 'a'.repeat(length))
    const body = (await bodies[0]) as { bytes: Uint8Array }
    expect(Buffer.from(body.bytes).toString()).toBe('a'.repeat(length))
    expect(headers.connection).toBe('keep-alive')
  },
)

test('one that has arrived whole and is too large', async () => {
  const { bodies, port } = await serve((incoming) => incoming.complete)
  await post(port, 'a'.repeat(maximumBodyBytes + 1))
  expect(await bodies[0]).toEqual({ tooLarge: true })
})

test('one whose client has left in the middle is an error, and keeps nobody waiting', async () => {
  const { bodies, port } = await serve((incoming) => incoming.destroyed)
  const sent = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    headers: { 'Content-Length': 9 },
  })
  sent.on('error', () => undefined)
  sent.write('half')
  await once(sent, 'socket')
  while (sent.socket?.bytesWritten === 0) await turn()
  setTimeout(() => sent.destroy(), 50)
  await expect.poll(() => bodies.length).toBe(1)
  await expect(bodies[0]).rejects.toMatchObject({ code: 'invalid_request' })
})
