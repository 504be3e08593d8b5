/** The program behind `npm run lineage [-- --rounds N]`: G2 on a Redis of its own, 1,000 rounds of 1,000 refreshes. */

import { parseArgs } from 'node:util'
import { openRedisStores } from '../../src/stores/redis/open.ts'
import { lineageOptions, playLineage } from '../holds/lineage.ts'
import { startRedis } from '../support/redis-server.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1000' } } })
const write = (line: string): void => void process.stdout.write(`${line}\n`)
const server = await startRedis()
const settings = { redis: server.url, deadlineMilliseconds: 10_000, ...lineageOptions }
const stores = await Promise.all([openRedisStores(settings), openRedisStores(settings)])
const sessions = stores.map((handle) => handle.sessions)
for (const { ping } of sessions) {
  while (
    !(await ping().then(
      () => true,
      () => false,
    ))
  )
    await new Promise((go) => setTimeout(go, 10))
}
const startedAt = performance.now()
const counts = await playLineage(Number(values.rounds), sessions, (round) => {
  if (round % 100 === 0) write(`${round} rounds`)
})
const seconds = (performance.now() - startedAt) / 1000
write(`${JSON.stringify(counts)} in ${seconds.toFixed(0)} s`)
for (const { close } of sessions) await close()
await server.dispose()
process.exitCode = counts.double + counts.broken === 0 ? 0 : 1
