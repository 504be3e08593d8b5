// Two workers of one server on two cores against one on one, and what the load takes counted out.
import { applyLoad, generatorOf } from '../measure/apply-load.mjs'
import { goalOf } from '../measure/goals.mjs'
import {
  processorSeconds,
  residentMegabytes,
  serverCore,
  withChildren,
} from '../measure/processes.mjs'
import { playRounds, summarise } from '../measure/rounds.mjs'
import { choose, startServer } from '../measure/servers.mjs'

const keys = ['capacity', 'perSecond', 'perProcessorSecond', 'p99']
const roles = { guard: 'guarded requests', refresh: 'refreshes' }
const leastRatio = 1.6

export const workers = {
  title: 'Two workers on two cores',
  asks: 'How much more do two workers on two cores do than one process on one?',
  text:
    'The standalone server on SQLite and Redis, as one process on one core and with `--workers 2` on both. ' +
    'The load and Redis run on this machine too: with one process they have the second core to ' +
    'themselves, and two workers must share it with them, so the requests a second that a client sees say ' +
    'little about workers. What a server can do is therefore counted by the processor time that it takes ' +
    'itself, in all its processes, that of the primary with it: requests for each second of it, ' +
    'times the cores that it may use. Workers that got in each other’s way would show by taking more time for a ' +
    'request. As it would be with a load from elsewhere; connections are dealt out in turn, so that ' +
    'both have the same number of them.',
  async run(settings, databases) {
    const rounds = settings.number('rounds', 7)
    const seconds = settings.number('seconds', 2)
    const connections = settings.number('connections', 64)
    const { chosen, leftOut } = choose('guard', ['countersign-redis'])
    const wanted = Object.keys(roles).filter((role) => isWanted(role, settings.only))
    const played = []
    for (const role of wanted) {
      const options = { role, rounds, seconds, connections, databases }
      for (const candidate of chosen) played.push(await playRole(candidate, options))
    }
    const rows = played.flatMap((one) => one.rows)
    return {
      ...{ unit: 'requests a second of the cores', better: 'more', key: 'capacity', leftOut },
      settings: { rounds, seconds, connections },
      load: [...new Set(played.map(({ load }) => load))].join(', '),
      noise: worstOf(played.map(({ noise }) => noise)),
      rows: played.flatMap((one) => one.summaries),
      columns: [
        ['capacity', 'requests a second of the cores'],
        ['ratio.capacity', '× one process'],
        ['perProcessorSecond', 'requests a second of processor time'],
        ['perSecond', 'requests a second, beside the load'],
        ['megabytes', 'MB, all processes'],
      ],
      goals: wanted.flatMap((role) =>
        goalOf(rows, [`${role}-2`, `${role}-1`, leastRatio], 'capacity'),
      ),
    }
  },
}

/** The two of a role are measured together or not at all. */
const isWanted = (role, only) =>
  only === undefined || only.includes(`${role}-1`) || only.includes(`${role}-2`)

async function playRole(candidate, { role, rounds, seconds, connections, databases }) {
  const start = async (count) => {
    const core = count === 1 ? serverCore : 'all'
    const env = { WORKERS: String(count) }
    const server = await startServer(candidate, {
      role,
      clients: connections,
      databases,
      env,
      core,
    })
    const name = `${roles[role]}, ${count === 1 ? 'one process' : `${count} workers`}`
    return { ...server, count, id: `${role}-${count}`, name, pids: withChildren(server.pid) }
  }
  const servers = [await start(1), await start(2)]
  const databasePids = await databases.pids()
  const measure = async ({ plan, pids, count }) => {
    const used = () => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0)
    const before = used()
    Object.assign(plan, { connections, seconds })
    const { answered, seconds: took, latency } = await applyLoad(plan)
    const perProcessorSecond = answered / Math.max(0.01, used() - before)
    const capacity = perProcessorSecond * count
    return { capacity, perSecond: answered / took, perProcessorSecond, ...latency }
  }
  try {
    const reference = `${role}-1`
    const { rows, noise } = await playRounds({
      ...{ subjects: servers, reference, rounds, measure, key: 'capacity' },
      pids: () => [...servers.flatMap(({ pids }) => pids), ...databasePids],
    })
    const base = rows.find(({ id }) => id === reference)
    const memoryOf = (id) => {
      const { pids } = servers.find((server) => server.id === id)
      return Math.round(pids.reduce((sum, pid) => sum + residentMegabytes(pid), 0))
    }
    return {
      ...{ rows, noise, load: generatorOf(servers[0].plan) },
      summaries: rows.map((row) => ({
        ...summarise(row, base, keys),
        megabytes: memoryOf(row.id),
      })),
    }
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()))
  }
}

const worstOf = (all) => ({
  difference: Math.max(...all.map(({ difference }) => difference)),
  others: Math.max(...all.map(({ others }) => others)),
  isNoisy: all.some(({ isNoisy }) => isNoisy),
})
