/** `/metrics` of several workers: one scrape tells what all of them have counted. */

import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../holds/server-process.ts'
import { valuesOf } from '../support/metrics-text.ts'
import { sendRaw } from '../support/send.ts'
import { canRunServe, startWorkers, until, type Workers } from '../support/workers.ts'

/** On a connection of its own, so that the workers answer in turn. */
const ask = (url: string, path: string) => sendRaw(url, [`GET ${path} HTTP/1.1`])

async function scrape(url: string): Promise<(series: string) => number | undefined> {
  const text = await ask(url, '/metrics')
  expect(text).toMatch(/^HTTP\/1.1 200 /)
  const values = valuesOf(text)
  return (series) => values.get(series)
}

const answered = 'countersign_http_requests_total{method="GET",route="/healthz",code="200"}'

/** @returns workers that have answered so many requests. */
async function startAsked(count: number, requests: number): Promise<Workers> {
  const workers = await startWorkers(temporaryFolder(), count, { COUNTERSIGN_METRICS: 'true' })
  for (let asked = 0; asked < requests; asked += 1) await ask(workers.url, '/healthz')
  return workers
}

describe.skipIf(!canRunServe)('metrics of several workers', { timeout: 60_000 }, () => {
  test('every scrape tells what all have counted, whichever worker it comes to', async () => {
    const { url } = await startAsked(3, 12)
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
    const { url, child, printed } = await startAsked(2, 10)
    child.kill('SIGHUP')
    await printed(/"restart_finished"/)
    const value = await scrape(url)
    expect([value(answered), value('countersign_workers')]).toEqual([10, 2])
  })

  test('counters do not go down when a worker is killed', async () => {
    const { url, pids } = await startAsked(2, 10)
    await scrape(url)
    const [killed] = pids()
    process.kill(killed as number, 'SIGKILL')
    await until(async () => (await scrape(url))('countersign_workers') === 2)
    expect((await scrape(url))(answered)).toBe(10)
  })

  test('one that hangs is waited for a second, and what it had counted is told', async () => {
    const { url, pids } = await startAsked(2, 10)
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
