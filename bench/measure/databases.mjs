// A redis-server and a PostgreSQL cluster of the bench's own, on the core of the load.
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { hasProgram, lineOf, loadCore, run, start, temporaryFolder } from './processes.mjs'

function freePort() {
  return new Promise((resolve) => {
    const listener = createServer()
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address()
      listener.close(() => resolve(port))
    })
  })
}

/** Without persistence: what is compared is the traffic with it. */
export async function startRedis() {
  if (!hasProgram('redis-server', '--version')) throw new Error('redis-server is not installed')
  const port = await freePort()
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', temporaryFolder()]
  const rest = ['--save', '', '--appendonly', 'no', '--databases', '64']
  const server = start(loadCore, 'redis-server', [...place, ...rest])
  await lineOf(server, /(Ready to accept connections)/)
  let used = 0
  return {
    ...server,
    /** A database of its own for every server. */
    fresh: () => {
      used += 1
      return `redis://127.0.0.1:${port}/${used - 1}`
    },
  }
}

/** Where the programs of the newest PostgreSQL are; undefined without one. */
export function programFolder() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => b - a) : []
  const found = versions.map((version) => join(debian, version, 'bin'))
  return found.find((folder) => existsSync(join(folder, 'initdb')))
}

/** As it comes, with its writes on the disk before it answers. It refuses to run as root. */
export async function startPostgres() {
  const programs = programFolder()
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  const folder = temporaryFolder()
  const owner = process.getuid() === 0 ? await ownerIds('postgres') : {}
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const options = { ...owner, cwd: folder }
  const quiet = { ...options, stdio: ['ignore', 'pipe', 'ignore'] }
  const auth = ['-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C']
  await run(loadCore, join(programs, 'initdb'), ['-D', data, ...auth], quiet)
  const port = await freePort()
  const place = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder]
  const server = start(loadCore, join(programs, 'postgres'), place, {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await lineOf(server, /(ready to accept connections)/, 'stderr')
  let used = 0
  return {
    ...server,
    stop: () => server.stop('SIGINT'),
    fresh: async () => {
      used += 1
      const name = `bench${used}`
      const at = ['-h', '127.0.0.1', '-p', String(port), '-U', 'bench']
      await run(loadCore, join(programs, 'createdb'), [...at, name])
      return `postgres://bench@127.0.0.1:${port}/${name}`
    },
  }
}

async function ownerIds(name) {
  const id = async (flag) => Number(await run(undefined, 'id', [flag, name]))
  return { uid: await id('-u'), gid: await id('-g') }
}
