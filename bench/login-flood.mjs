// 500 clients log in at once, and again when Retry-After says so, while others use a guarded route:
// how long does either wait? The control is bare node:http under the same flood and the same guarded
// clients, which refuses every log-in and hashes nothing. The two take turns, a flood each a round.
// Servers are not bound to a core, since the hashes are to have the second one.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { finish, median, quantile, row, setting } from './figures.mjs'
import {
  here,
  logIn,
  registerAccount,
  startBare,
  startCountersign,
  temporaryFolder,
} from './processes.mjs'

const rounds = setting('rounds', 7)
const seconds = setting('seconds', 2)
const clients = setting('clients', 500)
const perSecond = setting('per-second', 200)
const settleMilliseconds = 300

const free = { pin: false }
const bare = await startBare(free)
// Without limits by name and network all 500 reach the pool, and only the pool refuses.
const limits = { COUNTERSIGN_LOGIN_LIMIT: 'off', COUNTERSIGN_REGISTER_LIMIT: 'off' }
const countersign = await startCountersign(temporaryFolder(), limits, free)
await registerAccount(countersign.url)
const { accessToken } = await logIn(countersign.url)
const headers = { Authorization: `Bearer ${accessToken}` }

/** A client script as a process. */
function start(script, plan) {
  const stdio = ['pipe', 'pipe', 'inherit']
  const child = spawn(process.execPath, [here(script), JSON.stringify(plan)], { stdio })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const result = new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(printed))
      else reject(new Error(`${script} ended with code ${code}`))
    })
  })
  return { result, end: () => child.stdin.end() }
}

/** What the main thread has worked, in milliseconds: the loop without the hashes. */
const loopMilliseconds = (pid) =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6

async function measure({ url, pid }) {
  const guarded = start('guard-client.mjs', { url, headers, perSecond, path: '/protected' })
  await new Promise((resolve) => setTimeout(resolve, settleMilliseconds))
  const before = loopMilliseconds(pid)
  const plan = { url, path: '/auth/login', clients, seconds }
  const answers = await start('flood-client.mjs', plan).result
  const worked = loopMilliseconds(pid) - before
  guarded.end()
  const times = await guarded.result
  const refused = answers.filter(([status]) => status === 503 || status === 429)
  const others = answers.filter(([status]) => status !== 503 && status !== 429)
  const waits = refused.map(([, , milliseconds]) => milliseconds)
  return {
    guardedP50: median(times),
    guardedP99: quantile(times, 0.99),
    refusedP50: median(waits),
    refusedP99: quantile(waits, 0.99),
    work: worked / (answers.length + times.length),
    refused: refused.length,
    leastRetryAfter: Math.min(...refused.map(([, retryAfter]) => retryAfter)),
    checked: others.length,
    statuses: [...new Set(answers.map(([status]) => status))],
  }
}

/** The most that the process has ever held, in MiB. */
const peakMebibytes = ({ pid }) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

const results = { bare: [], countersign: [] }
let mebibytes = 0
try {
  for (let round = 0; round < rounds; round += 1) {
    const order = [
      ['bare', bare],
      ['countersign', countersign],
    ]
    if (round % 2 === 1) order.reverse()
    for (const [name, server] of order) results[name].push(await measure(server))
  }
  mebibytes = peakMebibytes(countersign)
} finally {
  await Promise.all([bare.stop(), countersign.stop()])
}

console.log(`${clients} log-ins at once for ${seconds} s, ${rounds} rounds`)
const shown = {
  guardedP50: 'guarded, median',
  guardedP99: 'guarded, p99',
  refusedP50: 'refusal, median',
  refusedP99: 'refusal, p99',
  work: 'loop, a request',
}
for (const [key, what] of Object.entries(shown)) {
  for (const name of Object.keys(results)) {
    const figures = results[name].map((result) => result[key])
    console.log(row(`${what}: ${name}`, figures, 'ms'))
  }
}
const checked = results.countersign.map((result) => result.checked)
console.log(row('passwords checked a round', checked, ''))
console.log(`memory at most: ${mebibytes.toFixed(1)} MiB`)
finish({ ...results, mebibytes })
