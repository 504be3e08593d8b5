// Refreshes a second with sessions in Redis, where every one commits, against bare node:http that does
// one EVALSHA and one ES256 signature. Rounds are interleaved, on one redis-server beside the load.
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { finish, median, row, setting } from './figures.mjs'
import {
  load,
  logIn,
  pinnedBesideLoad,
  processorSeconds,
  registerAccount,
  startScript,
  temporaryFolder,
} from './processes.mjs'

const rounds = setting('rounds', 5)
const seconds = setting('seconds', 2)
const connections = setting('connections', 32)
const port = setting('redis-port', 17_379)

async function startRedis() {
  const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const [command, all] = pinnedBesideLoad('redis-server', [...options, '--dir', temporaryFolder()])
  const child = spawn(command, all.map(String), { stdio: 'ignore' })
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isThere()) return child
    await pause(20)
  }
  throw new Error('redis-server does not start')
}

const isThere = () =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('connect', () => resolve(socket.end() !== undefined))
    socket.on('error', () => resolve(false))
  })

const redis = await startRedis()
const environment = { REDIS_URL: `redis://127.0.0.1:${port}`, COUNTERSIGN_DATA: temporaryFolder() }
const bare = await startScript('bare-redis.mjs', environment)
const countersign = await startScript('countersign-redis.mjs', environment)

async function measure(server, tokenOf) {
  const refreshTokens = []
  while (refreshTokens.length < connections) {
    refreshTokens.push(await tokenOf(refreshTokens.length))
  }
  const before = processorSeconds(server.pid)
  const path = '/auth/refresh-token'
  const plan = { url: server.url, path, connections, seconds, refreshTokens }
  const { answered, failed, seconds: took } = await load(plan)
  if (failed > 0) throw new Error(`${server.url}: ${failed} refreshes were not answered 200`)
  return {
    perSecond: answered / took,
    perProcessorSecond: answered / (processorSeconds(server.pid) - before),
  }
}

const measures = {
  bare: () => measure(bare, async (index) => `csr_session${index}`.padEnd(20, '-')),
  countersign: () => measure(countersign, async () => (await logIn(countersign.url)).refreshToken),
}
const results = { bare: [], countersign: [] }
try {
  await registerAccount(countersign.url)
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? ['bare', 'countersign'] : ['countersign', 'bare']
    for (const name of order) {
      const result = await measures[name]()
      if (round > 0) results[name].push(result)
    }
  }
} finally {
  await Promise.all([bare.stop(), countersign.stop()])
  redis.kill('SIGKILL')
}

const figures = (name, key) => results[name].map((result) => result[key])
const ratioOf = (key) =>
  results.countersign.map((result, round) => result[key] / results.bare[round][key])

console.log(`POST /auth/refresh-token on Redis, ${connections} clients, ${rounds} rounds`)
console.log(row('bare: EVALSHA and ES256', figures('bare', 'perSecond'), 'req/s'))
console.log(row('countersign', figures('countersign', 'perSecond'), 'req/s'))
console.log(row('ratio', ratioOf('perSecond'), ''))
console.log(row('ratio by processor time', ratioOf('perProcessorSecond'), ''))
finish({
  ratio: median(ratioOf('perSecond')),
  bestRatio: Math.max(...ratioOf('perSecond')),
  processorRatio: median(ratioOf('perProcessorSecond')),
})
