/** How a server ends that is replaced by another process: it hangs up on nobody. */

import { expect, test } from 'vitest'
import { startStandalone } from '../support/standalone.ts'
import { keepConnection, until } from '../support/workers.ts'

test('M29: a draining server answers once more on each connection, and says that it closes it', async () => {
  const server = await startStandalone()
  const kept = await keepConnection(server.url)
  expect(await kept.get('/healthz')).toMatch(/\r\nConnection: keep-alive\r\n/i)
  const drained = server.drain()
  // A connection of somebody who is about to ask is not closed under them.
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(kept.isClosed()).toBe(false)
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
  // The server as a whole goes on, so a probe must not hear that it stops.
  const answer = await kept.get('/readyz')
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  expect(answer).toMatch(/\r\nConnection: close\r\n/i)
  await drained
  await until(kept.isClosed)
})

test('a connection that nobody uses any more ends the draining as it ends by itself', async () => {
  const server = await startStandalone()
  const kept = await keepConnection(server.url)
  await kept.get('/healthz')
  const startedAt = performance.now()
  await server.drain()
  expect(performance.now() - startedAt).toBeGreaterThan(2_000)
  expect(performance.now() - startedAt).toBeLessThan(9_500)
})

test('told to stop while it drains, it closes idle connections at once', async () => {
  const server = await startStandalone()
  const kept = await keepConnection(server.url)
  await kept.get('/healthz')
  const drained = server.drain()
  const startedAt = performance.now()
  await Promise.all([server.stop(), drained])
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  await until(kept.isClosed)
})
