// How long after a log-out at one server another still lets the access token pass.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyLoad } from '../measure/apply-load.mjs'
import { clientsOfStandalone, logIn } from '../measure/clients.mjs'
import { median, quantile, rounded } from '../measure/figures.mjs'
import { absoluteGoal } from '../measure/goals.mjs'
import { here, loadCore, run, temporaryFolder } from '../measure/processes.mjs'
import { choose, startServer } from '../measure/servers.mjs'

const ids = ['countersign-redis', 'countersign', 'countersign-postgres']
const issuer = 'http://localhost'
const mostMilliseconds = 10

export const revocation = {
  title: 'How soon a log-out is felt elsewhere',
  asks: 'How long after a log-out at one server does another still let the access token pass?',
  text:
    'Milliseconds from the answer to a log-out at one server to the first refusal of its access token by ' +
    'another process on the same stores; at rest, and with the other kept busy by eight connections. ' +
    'The peers that read a session for every request (express-session, better-auth without its ' +
    'cookie cache) see it at once, and pay for it in the table of the guard; those that check a JWT ' +
    'alone see it when the token expires, better-auth with its cookie cache after up to five minutes.',
  async run(settings, databases) {
    const rounds = settings.number('rounds', 5)
    const sessions = settings.short ? 10 : 100
    const { chosen, leftOut } = choose('guard', ids, settings.only)
    const rows = []
    const pairs = []
    try {
      for (const candidate of chosen) await add(candidate)
      for (let round = 0; round < rounds; round += 1) {
        for (const pair of pairs) {
          for (const load of ['rest', 'busy'])
            pair[load].push(...(await measure(pair, load, sessions)))
        }
      }
      for (const { name, id, rest, busy } of pairs) {
        const all = { rest: figuresOf(rest), busy: figuresOf(busy) }
        rows.push({ id, name, ...all })
      }
    } finally {
      await Promise.all(pairs.flatMap(({ one, other }) => [one.stop(), other.stop()]))
    }
    return {
      ...{ unit: 'ms, p99 under load', better: 'less', key: 'busy.p99', rows, leftOut },
      settings: { rounds, sessions },
      columns: [
        ['rest.p50', 'p50 at rest, ms'],
        ['rest.p99', 'p99 at rest, ms'],
        ['busy.p50', 'p50 under load, ms'],
        ['busy.p99', 'p99 under load, ms'],
      ],
      goals: rows
        .filter(({ id }) => id === 'countersign-redis')
        .map(({ name, busy }) =>
          absoluteGoal(`${name}: p99 under load, ms`, busy.p99, mostMilliseconds),
        ),
    }

    async function add(candidate) {
      const env = {
        ...(await databases.environmentFor(candidate)),
        ...{ COUNTERSIGN_ISSUER: issuer, COUNTERSIGN_DATA: temporaryFolder() },
      }
      try {
        const one = await startServer(candidate, { role: 'start', env, core: 'all' })
        const other = await startServer(candidate, { role: 'start', env })
        const plan = { url: other.url, ...(await clientsOfStandalone(one.url, 'guard', 8)) }
        pairs.push({ ...candidate, one, other, plan, rest: [], busy: [] })
      } catch {
        leftOut.push({ name: candidate.name, reason: 'it does not start here' })
      }
    }
  },
}

const figuresOf = (waits) => ({
  p50: rounded(median(waits)),
  p99: rounded(quantile(waits, 0.99)),
  most: rounded(Math.max(...waits)),
})

async function measure({ one, other, plan }, load, sessions) {
  const accessTokens = []
  while (accessTokens.length < sessions) accessTokens.push((await logIn(one.url)).accessToken)
  const file = join(temporaryFolder(), 'plan.json')
  writeFileSync(file, JSON.stringify({ from: one.url, at: other.url, accessTokens }))
  const client = run(loadCore, process.execPath, [here('suites/revocation-client.mjs'), file])
  if (load === 'rest') return JSON.parse(await client)
  const [printed] = await Promise.all([client, applyLoad({ ...plan, connections: 8, seconds: 2 })])
  return JSON.parse(printed)
}
