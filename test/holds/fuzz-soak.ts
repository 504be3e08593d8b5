/** The program behind `npm run fuzz`: many requests, a line now and then, figures at the end. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type FuzzTotals, runFuzz, wasFast } from './fuzz-load.ts'
import { spawnServer } from './server.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const [requests, seed] = [Number(values.requests), Number(values.seed)]
const write = (line: string): void => void process.stdout.write(`${line}\n`)

function report(totals: FuzzTotals, complaints: string): boolean {
  const statuses = [...totals.answers].sort(([a], [b]) => a - b)
  const { p99, slowest, orderlyP99, memoryBefore, memoryAfter } = totals
  write(
    `${totals.requests} fuzzed requests on ${totals.connections} connections, ${totals.left} left`,
  )
  write(`${totals.honestRequests} honest requests between them, all answered rightly`)
  write(`answers: ${statuses.map(([status, count]) => `${status} ${count}`).join(', ')}`)
  write(`first byte: 99 % within ${p99.toFixed(1)} ms, slowest ${slowest.toFixed(1)} ms`)
  write(`the same for well-formed requests: 99 % within ${orderlyP99.toFixed(1)} ms`)
  write(
    `memory: ${memoryBefore.toFixed(1)} MB after a tenth, ${memoryAfter.toFixed(1)} MB at the end`,
  )
  if (complaints !== '') write(`stderr of the server: ${complaints}`)
  return complaints === '' && wasFast(totals) && memoryAfter - memoryBefore < 50
}

if (!Number.isInteger(requests) || requests < 1 || !Number.isInteger(seed)) {
  write('--requests and --seed must be whole numbers')
  process.exitCode = 2
} else {
  write(`seed ${seed}`)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-fuzz-'))
  const server = await spawnServer(folder, { COUNTERSIGN_ACCESS_LIFETIME: '12h' })
  let next = 0
  try {
    const onProgress = (done: number): void => {
      if (done < next) return
      write(`${done} requests`)
      next += requests / 10
    }
    const held = report(await runFuzz({ server, requests, seed, onProgress }), server.complaints())
    write(held ? 'Held' : 'BROKEN')
    process.exitCode = held ? 0 : 1
  } finally {
    await server.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
