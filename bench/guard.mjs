// GET /protected of the standalone server, with a token that was verified before, against bare
// node:http under the very same requests. Prints medians, least to most, and the ratio.
import { finish, median, row, setting } from './figures.mjs'
import {
  load,
  logIn,
  processorSeconds,
  registerAccount,
  residentMegabytes,
  startBare,
  startCountersign,
  temporaryFolder,
} from './processes.mjs'

const rounds = setting('rounds', 7)
const seconds = setting('seconds', 2)
const connections = setting('connections', 64)

const bare = await startBare()
const countersign = await startCountersign(temporaryFolder())
await registerAccount(countersign.url)
const { accessToken } = await logIn(countersign.url)
const headers = { Authorization: `Bearer ${accessToken}` }

async function measure({ url, pid }, duration) {
  const before = processorSeconds(pid)
  const {
    answered,
    failed,
    seconds: took,
  } = await load({
    url,
    path: '/protected',
    headers,
    connections,
    seconds: duration,
  })
  if (failed > 0) throw new Error(`${failed} requests were not answered 200`)
  return {
    perSecond: answered / took,
    perProcessorSecond: answered / (processorSeconds(pid) - before),
  }
}

const results = { bare: [], countersign: [] }
let megabytes = 0
try {
  for (const server of [bare, countersign]) await measure(server, seconds)
  for (let round = 0; round < rounds; round += 1) {
    // Every other round the other way about, so that neither always has the warmer machine.
    const order = [
      ['bare', bare],
      ['countersign', countersign],
    ]
    if (round % 2 === 1) order.reverse()
    for (const [name, server] of order) results[name].push(await measure(server, seconds))
  }
  megabytes = residentMegabytes(countersign.pid)
} finally {
  await Promise.all([bare.stop(), countersign.stop()])
}

const figures = (name, key) => results[name].map((result) => result[key])
const ratioOf = (key) =>
  results.countersign.map((result, round) => result[key] / results.bare[round][key])

console.log(`GET /protected, ${connections} connections, ${rounds} rounds of ${seconds} s`)
console.log(row('bare node:http', figures('bare', 'perSecond'), 'req/s'))
console.log(row('countersign', figures('countersign', 'perSecond'), 'req/s'))
console.log(row('ratio', ratioOf('perSecond'), ''))
console.log(row('ratio by processor time', ratioOf('perProcessorSecond'), ''))
console.log(`memory afterwards: ${megabytes.toFixed(1)} MB`)
finish({
  ratio: median(ratioOf('perSecond')),
  bestRatio: Math.max(...ratioOf('perSecond')),
  processorRatio: median(ratioOf('perProcessorSecond')),
  bestProcessorRatio: Math.max(...ratioOf('perProcessorSecond')),
})
