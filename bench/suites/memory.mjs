// Memory of a process at rest and after many guarded requests.
import { setTimeout as pause } from 'node:timers/promises'
import { applyLoad } from '../measure/apply-load.mjs'
import { rounded } from '../measure/figures.mjs'
import { absoluteGoal } from '../measure/goals.mjs'
import { residentMegabytes } from '../measure/processes.mjs'
import { choose, startServer } from '../measure/servers.mjs'

const ids = [
  'bare-node',
  'bare-express',
  'countersign',
  'countersign-redis',
  'countersign-postgres',
  'express-sqlite',
  'express-redis',
  'express-session',
  'tutorial',
  'supertokens',
  'better-auth',
  'better-auth-redis',
]
const mostMegabytes = 110

export const memory = {
  title: 'Memory after many requests',
  asks: 'What memory does it take after many requests?',
  text:
    'Memory (`VmRSS`) of the server process one second after it has made one session, and one second after ' +
    'so many guarded requests. One process a candidate, measured once: what counts is the order of size.',
  async run(settings, databases) {
    const requests = settings.number('requests', 50_000)
    const connections = settings.number('connections', 64)
    const { chosen, leftOut } = choose('guard', ids, settings.only)
    const rows = []
    for (const candidate of chosen) {
      try {
        rows.push(await measure(candidate, { requests, connections, databases }))
      } catch (error) {
        leftOut.push({ name: candidate.name, reason: shortly(error) })
      }
    }
    const ours = rows.find(({ id }) => id === 'countersign')
    const goal = `countersign, standalone, SQLite: MB after ${requests} requests`
    return {
      ...{ unit: `MB after ${requests} requests`, better: 'less', key: 'after', rows, leftOut },
      settings: { requests, connections },
      columns: [
        ['before', 'MB before'],
        ['after', 'MB after'],
        ['most', 'MB at most'],
      ],
      goals: ours === undefined ? [] : [absoluteGoal(goal, ours.after, mostMegabytes)],
    }
  },
}

async function measure(candidate, { requests, connections, databases }) {
  const server = await startServer(candidate, { role: 'guard', clients: 1, databases })
  try {
    await pause(1000)
    const before = residentMegabytes(server.pid)
    const plan = { ...server.plan, connections, requests, seconds: 600 }
    await applyLoad(plan)
    await pause(1000)
    const after = residentMegabytes(server.pid)
    const most = residentMegabytes(server.pid, 'VmHWM')
    const { id, name } = candidate
    return { id, name, before: rounded(before), after: rounded(after), most: rounded(most) }
  } finally {
    await server.stop()
  }
}

const shortly = ({ message }) => (/ended with/.test(message) ? 'it does not start here' : message)
