// Starts the servers of a suite, each on a folder and databases of its own, and says which
// candidates are left out and why.
import { existsSync } from 'node:fs'
import { candidates, missingPackage } from '../candidates/list.mjs'
import { clientsOfStandalone } from './clients.mjs'
import { startPostgres, startRedis } from './databases.mjs'
import { canPin, here, lineOf, loadCore, serverCore, start, temporaryFolder } from './processes.mjs'

/** Opens databases when the first candidate needs them, once. */
export function createDatabases() {
  const open = new Map()
  const opener = { redis: startRedis, postgres: startPostgres }
  const get = (kind) => {
    if (!open.has(kind)) open.set(kind, opener[kind]())
    return open.get(kind)
  }
  return {
    async environmentFor({ needs }) {
      const env = {}
      if (needs.includes('redis')) env.REDIS_URL = (await get('redis')).fresh()
      if (needs.includes('postgres')) env.DATABASE_URL = await (await get('postgres')).fresh()
      return env
    },
    pids: async () => {
      const all = await Promise.allSettled(open.values())
      return all.flatMap(({ value }) => (value === undefined ? [] : [value.pid]))
    },
    async stop() {
      for (const database of await Promise.allSettled(open.values())) await database.value?.stop()
    },
  }
}

/**
 * Starts one server. Resolves when it listens.
 *
 * @param options core: 'all' lets it run on all of them.
 * @returns { id, name, url, pid, plan, startedAt, env, stop }.
 */
export async function startServer(candidate, options) {
  const { role, clients = 1, databases, env = {}, core = serverCore } = options
  if (!existsSync(here('../dist/cli/main.js'))) throw new Error('run `npm run build` first')
  const stores = { ...(await databases?.environmentFor(candidate)), ...env }
  const folder = stores.COUNTERSIGN_DATA ?? temporaryFolder()
  const startedAt = performance.now()
  const server = start(core === 'all' ? undefined : core, process.execPath, candidate.args, {
    env: {
      ...process.env,
      ...{ PORT: '0', HOST: '127.0.0.1', COUNTERSIGN_DATA: folder, BENCH_FOLDER: folder },
      ...{ COUNTERSIGN_SESSION_LIMIT: 'off', COUNTERSIGN_REGISTER_LIMIT: 'off' },
      ...{ BENCH_ROLE: role, BENCH_CLIENTS: String(clients), NODE_NO_WARNINGS: '1' },
      ...(canPin && core !== 'all' ? { BENCH_LOAD_CORE: String(loadCore) } : {}),
      ...stores,
    },
  })
  const line = candidate.isStandalone
    ? JSON.stringify({ url: await lineOf(server, /(http:\/\/\S+)\n/) })
    : await lineOf(server, /^(\{"url":.*)\n/m)
  const { url, plan } = JSON.parse(line)
  const { id, name } = candidate
  return {
    ...{ id, name, url, startedAt, env: stores, pid: server.pid, stop: server.stop },
    plan: { url, ...(plan ?? (await clientsOfStandalone(url, role, clients))) },
  }
}

/** The candidates that can show what a suite asks for; the others with the reason. */
export function choose(role, ids, only) {
  const strange = only?.find((id) => !ids.includes(id))
  if (strange !== undefined)
    throw new Error(`${strange} does not take part; there are ${ids.join(', ')}.`)
  const wanted = ids.filter((id) => only === undefined || only.includes(id))
  const known = wanted.map((id) => candidates.find((candidate) => candidate.id === id))
  const leftOut = []
  const chosen = known.filter((candidate) => {
    const missing = missingPackage(candidate)
    if (missing === undefined) return true
    leftOut.push({
      name: candidate.name,
      reason: `${missing} is not installed (\`npm ci\` in bench/)`,
    })
    return false
  })
  for (const { id, roles } of chosen) {
    if (!roles.includes(role)) throw new Error(`${id} has nothing to show for ${role}`)
  }
  return { chosen, leftOut }
}

const reasonOf = ({ message }) => (/ended with/.test(message) ? 'it does not start here' : message)

/** Starts them all. One that does not start is left out; what it printed has been seen. */
export async function startAll(chosen, options) {
  const servers = []
  const leftOut = []
  for (const candidate of chosen) {
    try {
      servers.push(await startServer(candidate, options))
    } catch (error) {
      leftOut.push({ name: candidate.name, reason: reasonOf(error) })
    }
  }
  return { servers, leftOut }
}
