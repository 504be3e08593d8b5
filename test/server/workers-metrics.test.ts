/** `/metrics` of several workers: one scrape tells what all of them have counted. */

import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../holds/server-process.ts'
import { sendRaw } from '../support/send.ts'
import { canRunServe, startWorkers, until, type Workers } from '../support/workers.ts'

const start = (count: number): Promise<Workers> =>
  startWorkers(temporaryFolder(), count, { COUNTERSIGN_METRICS: 'true' })

/** On a connection of its own, so that the workers answer in turn. */
const ask = (url: string, path: string) => sendRaw(url, [`GET ${path} HTTP/1.1`])

async function scrape(url: string): Promise<(series: string) => number> {
  const text = await ask(url, '/metrics')
  expect(text).toMatch(/^HTTP\/1.1 200 /)
  const lines = new Map(
    text.split(/\r?\n/).map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
  return (series) => lines.get(series) ?? Number.NaN
}

const answered = 'countersign_http_requests_total{method="GET",route="/healthz",code="200"}'

describe.skipIf(!canRunServe)('metrics of several workers', { timeout: 60_000 }, () => {
  test('every scrape tells what all have counted, whichever worker it comes to', async () => {
    const { url } = await start(3)
    for (let count = 0; count < 12; count += 1) await ask(url, '/healthz')
    for (let count = 0; count < 6; count += 1) {
      const value = await scrape(url)
      expect([value(answered), value('countersign_workers'), value('countersign_ready')]).toEqual([
        12, 3, 1,
      ])
      // Three workers and the process that started them.
      expect(value('process_resident_memory_bytes')).toBeGreaterThan(4 * 30e6)
    }
  })

  test('counters go on over a restart of every worker', async () => {
    const { url, child, printed } = await start(2)
    for (let count = 0; count < 10; count += 1) await ask(url, '/healthz')
    child.kill('SIGHUP')
    await printed(/"restart_finished"/)
    const value = await scrape(url)
    expect([value(answered), value('countersign_workers')]).toEqual([10, 2])
  })

  test('counters do not go down when a worker is killed', async () => {
    const { url, pids } = await start(2)
    for (let count = 0; count < 10; count += 1) await ask(url, '/healthz')
    await scrape(url)
    const [killed] = pids()
    process.kill(killed as number, 'SIGKILL')
    await until(async () => (await scrape(url))('countersign_workers') === 2)
    expect((await scrape(url))(answered)).toBe(10)
  })

  test('one that hangs is waited for a second, and what it had counted is told', async () => {
    const { url, pids } = await start(2)
    for (let count = 0; count < 10; count += 1) await ask(url, '/healthz')
    await scrape(url)
    const [frozen] = pids()
    process.kill(frozen as number, 'SIGSTOP')
    const began = performance.now()
    // A connection that is dealt to the one that hangs is not answered.
    const value = await Promise.any([scrape(url), scrape(url)])
    expect(performance.now() - began).toBeLessThan(2_000)
    expect([value(answered), value('countersign_workers')]).toEqual([10, 1])
    process.kill(frozen as number, 'SIGCONT')
  })
})
