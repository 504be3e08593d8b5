// Refreshes a second on SQLite: every client presents the token that it received last, so every
// refresh commits. Nothing to compare it with here; the figure is for before and after a change.
import { finish, row, setting, summary } from './figures.mjs'
import {
  load,
  logIn,
  processorSeconds,
  registerAccount,
  residentMegabytes,
  startCountersign,
  temporaryFolder,
} from './processes.mjs'

const rounds = setting('rounds', 5)
const seconds = setting('seconds', 2)
const connections = setting('connections', 32)

const server = await startCountersign(temporaryFolder(), { COUNTERSIGN_SESSION_LIMIT: 'off' })
const perSecond = []
const perProcessorSecond = []
try {
  await registerAccount(server.url)
  for (let round = 0; round <= rounds; round += 1) {
    const refreshTokens = []
    while (refreshTokens.length < connections) {
      refreshTokens.push((await logIn(server.url)).refreshToken)
    }
    const path = '/auth/refresh-token'
    const plan = { url: server.url, path, connections, seconds, refreshTokens }
    const before = processorSeconds(server.pid)
    const { answered, failed, seconds: took } = await load(plan)
    if (failed > 0) throw new Error(`${failed} refreshes were not answered 200`)
    // The first round warms up.
    if (round === 0) continue
    perSecond.push(answered / took)
    perProcessorSecond.push(answered / (processorSeconds(server.pid) - before))
  }
  console.log(`POST /auth/refresh-token on SQLite, ${connections} clients, ${rounds} rounds`)
  console.log(row('refreshes that commit', perSecond, 'req/s'))
  console.log(row('by processor time', perProcessorSecond, 'req/s'))
  console.log(`memory afterwards: ${residentMegabytes(server.pid).toFixed(1)} MB`)
} finally {
  await server.stop()
}
finish(summary(perSecond))
