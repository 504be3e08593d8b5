// Cold start, from spawn to the first 200, and memory one second later.
import { setTimeout as pause } from 'node:timers/promises'
import { median } from '../measure/figures.mjs'
import { absoluteGoal, goalOf } from '../measure/goals.mjs'
import { residentMegabytes, temporaryFolder } from '../measure/processes.mjs'
import { playRounds, summarise } from '../measure/rounds.mjs'
import { choose, startServer } from '../measure/servers.mjs'

const ids = [
  'bare-node',
  'bare-express',
  'countersign',
  'countersign-redis',
  'countersign-postgres',
  'express-sqlite',
  'express-redis',
  'fastify-sqlite',
  'passport-jwt',
  'express-session',
  'tutorial',
  'supertokens',
  'oidc-provider',
  'better-auth',
  'better-auth-redis',
]
const keys = ['milliseconds', 'megabytes']
const emptyId = 'countersign-empty'
const mostMegabytes = 75

export const start = {
  title: 'Cold start and memory at rest',
  asks: 'How long from starting the process to its first answer, and what memory does it take at rest?',
  text:
    'Milliseconds from starting the process to its first answer of 200, and memory (`VmRSS`) one second ' +
    'later. The folder and the databases have been used before, but for the row that says otherwise: ' +
    'there secret, tables and signing key are made.',
  async run(settings, databases) {
    const rounds = settings.number('runs', 9)
    const wanted = settings.only?.filter((id) => id !== emptyId)
    const { chosen, leftOut } = choose('start', ids, wanted)
    const subjects = []
    for (const candidate of chosen) {
      const env = await databases.environmentFor(candidate)
      const used = { ...env, COUNTERSIGN_DATA: temporaryFolder() }
      subjects.push({ id: candidate.id, name: candidate.name, candidate, env: () => used })
      if (candidate.id !== 'countersign') continue
      const fresh = () => ({ COUNTERSIGN_DATA: temporaryFolder() })
      const name = `${candidate.name}, empty folder`
      subjects.push({ id: emptyId, name, candidate, env: fresh })
    }
    const able = await tryEach(subjects, leftOut)
    const [key, reference] = [keys[0], 'bare-node']
    const databasePids = await databases.pids()
    const pids = () => databasePids
    const options = { subjects: able, reference, rounds, measure, key, pids }
    const played = await playRounds(options)
    const { rows, noise } = played
    leftOut.push(...played.failed)
    const base = rows.find(({ id }) => id === reference) ?? rows[0]
    return {
      ...{ unit: 'ms to the first 200', better: 'less', key, reference: base.name, noise, leftOut },
      settings: { runs: rounds },
      rows: rows.map((row) => summarise(row, base, keys)),
      columns: [
        ['milliseconds', 'ms to the first 200'],
        ['ratio.milliseconds', `× ${base.name}`],
        ['megabytes', 'MB at rest'],
      ],
      goals: [
        ...goalOf(rows, ['countersign', reference, 2.5, 'atMost'], key),
        ...rows
          .filter(({ id }) => id === 'countersign')
          .map((row) => {
            const megabytes = median(row.rounds.map((figures) => figures.megabytes))
            return absoluteGoal(`${row.name}: MB at rest`, megabytes, mostMegabytes)
          }),
      ],
    }
  },
}

async function measure({ candidate, env }) {
  const server = await startServer(candidate, { role: 'start', env: env() })
  try {
    const { status } = await fetch(server.url + server.plan.request.path)
    const milliseconds = performance.now() - server.startedAt
    if (status !== 200) throw new Error(`${candidate.name} answered ${status}`)
    await pause(1000)
    return { milliseconds, megabytes: residentMegabytes(server.pid) }
  } finally {
    await server.stop()
  }
}

/** The first start also makes what later ones find. */
async function tryEach(subjects, leftOut) {
  const able = []
  for (const subject of subjects) {
    try {
      await measure(subject)
      able.push(subject)
    } catch {
      leftOut.push({ name: subject.name, reason: 'it does not start here' })
    }
  }
  return able
}
