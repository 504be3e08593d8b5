// A flood of log-ins: 500 clients at once, and others who call a guarded route meanwhile. Servers may
// use all cores, since the hashes are to have the second one. bare node:http refuses the same flood
// and hashes nothing: what it takes is the machine's.
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { median, quantile } from '../measure/figures.mjs'
import { absoluteGoal } from '../measure/goals.mjs'
import { here, residentMegabytes, start, temporaryFolder } from '../measure/processes.mjs'
import { playRounds, summarise } from '../measure/rounds.mjs'
import { choose, startAll } from '../measure/servers.mjs'

const ids = [
  'bare-node',
  'countersign',
  'countersign-redis',
  'express-redis',
  'tutorial',
  'better-auth',
]
const accounts = 20
const clients = 500
const perSecond = 200
const settleMilliseconds = 300
/** Of a smaller flood that does not count: between its turns a server lies idle, and gets cold. */
const warmUp = { clients: 200, seconds: 0.5 }
/** As the server's pool reckons it: libuv has four threads. */
const pool = Math.max(1, Math.min(availableParallelism(), 4) - 1)
const mebibyte = 1.048576
const most = { guardRatio: 2, refusedP99: 50, megabytes: Math.floor(pool * 19 * mebibyte + 150) }
const keys = [
  ...['guardRest', 'guardP99', 'guardRatio', 'refusedP50', 'refusedP99', 'work'],
  ...['refused', 'checked', 'waiting'],
]

export const flood = {
  title: 'A flood of log-ins',
  asks: 'What do 500 log-ins at once do to those who are in, and how soon are the others refused?',
  text:
    '500 clients log in at once; one that is refused comes again when `Retry-After` says so. Others call ' +
    'the guarded route two hundred times a second, before and meanwhile; each call is timed from the ' +
    'moment that it was due. `waiting` is how many of the 500 had no answer when the time was over.',
  async run(settings, databases) {
    const rounds = settings.number('rounds', 5)
    const seconds = settings.number('seconds', 4)
    const { chosen, leftOut } = choose('flood', ids, settings.only)
    // Without limits by name and network all 500 reach the pool, and only the pool refuses.
    const env = { COUNTERSIGN_LOGIN_LIMIT: 'off' }
    const options = { role: 'flood', clients: accounts, databases, env, core: 'all' }
    const started = await startAll(chosen, options)
    const [reference, key] = ['bare-node', 'guardP99']
    const databasePids = await databases.pids()
    try {
      const measure = (server) => play(server, seconds)
      const subjects = started.servers
      const pids = () => [...subjects.map(({ pid }) => pid), ...databasePids]
      const { rows, failed, noise } = await playRounds({
        subjects,
        reference,
        rounds,
        measure,
        key,
        pids,
      })
      const base = rows.find(({ id }) => id === reference) ?? rows[0]
      const peaks = new Map(subjects.map(({ id, pid }) => [id, residentMegabytes(pid, 'VmHWM')]))
      return {
        ...{ unit: 'ms, p99 of the guard during the flood', better: 'less', key, noise },
        settings: { rounds, seconds, clients },
        rows: rows.map((row) => ({
          ...summarise(row, base, keys),
          megabytes: Math.round(peaks.get(row.id)),
        })),
        columns: [
          ['guardRest', 'guard at rest, p99 ms'],
          ['guardP99', 'during the flood, p99 ms'],
          ['guardRatio', 'ratio'],
          ['checked', 'passwords checked'],
          ['refused', 'refused'],
          ['refusedP99', 'refusal, p99 ms'],
          ['work', 'ms of the event loop a request'],
          ['waiting', 'waiting'],
          ['megabytes', 'MB at most'],
        ],
        goals: goalsOf(rows, peaks),
        leftOut: [...leftOut, ...started.leftOut, ...failed],
      }
    } finally {
      await Promise.all(started.servers.map(({ stop }) => stop()))
    }
  },
}

function goalsOf(rows, peaks) {
  const [row, bare] = ['countersign', 'bare-node'].map((wanted) =>
    rows.find(({ id }) => id === wanted),
  )
  if (row === undefined) return []
  const middle = (one, name) => one && median(one.rounds.map((figures) => figures[name]))
  const goal = (text, name, bound) =>
    absoluteGoal(text, middle(row, name), bound, 'atMost', middle(bare, name))
  return [
    goal(
      `${row.name}: p99 of the guard, during the flood against rest`,
      'guardRatio',
      most.guardRatio,
    ),
    goal(`${row.name}: p99 of a refusal, ms`, 'refusedP99', most.refusedP99),
    absoluteGoal(`${row.name}: MB at most`, peaks.get(row.id), most.megabytes),
  ]
}

/** What the main thread has worked, in milliseconds: the loop without the hashes. */
const loopMilliseconds = (pid) =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6

async function play({ pid, plan }, seconds) {
  const { guard, ...logIns } = plan
  const guarded = { plan: { url: plan.url, ...guard }, perSecond }
  await client('flood-client.mjs', { plan: logIns, ...warmUp }).result
  const atRest = client('guard-client.mjs', guarded)
  await pause(seconds * 500)
  const rest = await atRest.end()
  const meanwhile = client('guard-client.mjs', guarded)
  await pause(settleMilliseconds)
  const before = loopMilliseconds(pid)
  const { answers, waiting } = await client('flood-client.mjs', { plan: logIns, clients, seconds })
    .result
  const worked = loopMilliseconds(pid) - before
  const times = await meanwhile.end()
  const refused = answers.filter(([status]) => status === 503 || status === 429)
  const waits = refused.map(([, , milliseconds]) => milliseconds)
  const [guardRest, guardP99] = [rest, times].map((all) => quantile(all, 0.99))
  return {
    ...{ guardRest, guardP99, guardRatio: guardP99 / guardRest },
    refusedP50: quantile(waits, 0.5),
    refusedP99: quantile(waits, 0.99),
    work: worked / (answers.length + times.length),
    refused: refused.length,
    leastRetryAfter: Math.min(9999, ...refused.map(([, retryAfter]) => retryAfter)),
    checked: answers.length - refused.length,
    waiting,
    statuses: [...new Set(answers.map(([status]) => status))],
  }
}

/** A client script as a process. `end` tells it that it is enough, by closing its stdin. */
function client(script, plan) {
  const file = join(temporaryFolder(), 'plan.json')
  writeFileSync(file, JSON.stringify(plan))
  const args = [here(`suites/${script}`), file]
  const { child, gone } = start(undefined, process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const result = gone.then((code) => {
    if (code !== 0) throw new Error(`${script} ended with code ${code}`)
    return JSON.parse(printed)
  })
  // Whoever awaits it hears of it, be it later.
  result.catch(() => {})
  return {
    result,
    end: () => {
      child.stdin.end()
      return result
    },
  }
}
