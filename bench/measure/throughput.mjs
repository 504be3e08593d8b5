// A suite that asks how many requests a second: starts all servers, loads them in interleaved
// rounds, and compares the rounds.
import { applyLoad, generatorOf, warmUp } from './apply-load.mjs'
import { goalOf } from './goals.mjs'
import { processorSeconds, residentMegabytes, withChildren } from './processes.mjs'
import { playRounds, summarise } from './rounds.mjs'
import { choose, startAll } from './servers.mjs'

const keys = ['perSecond', 'perProcessorSecond', 'p50', 'p99']

export async function playThroughput(suite) {
  const { settings, databases, role, ids, reference, rounds, seconds, connections, polls } = suite
  const { chosen, leftOut } = choose(role, ids, settings.only)
  const started = await startAll(chosen, { role, clients: connections, databases })
  const { servers } = started
  if (servers.length === 0) throw new Error('no candidate can be started')
  const databasePids = await databases.pids()
  const measure = async ({ plan, pid }) => {
    await warmUp(Object.assign(plan, { connections, seconds, polls }))
    const before = processorSeconds(pid)
    const { answered, seconds: took, latency } = await applyLoad(plan)
    const perProcessorSecond = answered / Math.max(0.01, processorSeconds(pid) - before)
    return { perSecond: answered / took, perProcessorSecond, ...latency }
  }
  try {
    const played = await playRounds({
      ...{ subjects: servers, reference, rounds, measure, key: 'perSecond' },
      pids: () => [...servers.flatMap(({ pid }) => withChildren(pid)), ...databasePids],
    })
    const base = played.rows.find(({ id }) => id === reference) ?? played.rows[0]
    const memory = new Map(servers.map(({ id, pid }) => [id, residentMegabytes(pid)]))
    return {
      unit: suite.unit,
      better: 'more',
      key: 'perSecond',
      reference: base.name,
      settings: { rounds, seconds, connections },
      load: [...new Set(servers.map(({ plan }) => generatorOf(plan)))].join(', '),
      noise: played.noise,
      rows: played.rows.map((row) => ({
        ...summarise(row, base, keys),
        megabytes: Math.round(memory.get(row.id)),
      })),
      columns: [
        ['perSecond', suite.unit],
        ['ratio.perSecond', `× ${base.name}`],
        ['ratio.perProcessorSecond', 'the same by processor time'],
        ['p99', 'p99 ms'],
      ],
      goals: (suite.goals ?? []).flatMap((goal) => goalOf(played.rows, goal, 'perSecond')),
      leftOut: [...leftOut, ...started.leftOut, ...played.failed],
    }
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()))
  }
}
