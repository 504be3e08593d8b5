// Bytes of Redis memory a session takes, at a hundred thousand of them: by the difference of
// `used_memory`, and by MEMORY USAGE of a key. Starts a redis-server of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createClient } from 'redis'
import { uuidV7 } from '../dist/crypto/uuid.js'
import { shortId } from '../dist/stores/redis/ids.js'
import { openRedisStores } from '../dist/stores/redis/open.js'
import { finish, setting } from './figures.mjs'
import { temporaryFolder } from './processes.mjs'

const count = setting('sessions', 100_000)
const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 7 * 86_400_000,
  absoluteLifetime: 30 * 86_400_000,
}
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
const device = { userAgent: firefox, address: '192.0.2.123' }
const noDevice = { userAgent: null, address: null }

const port = await freePort()
const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', temporaryFolder()]
const server = spawn('redis-server', [...place, '--save', '', '--appendonly', 'no'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
let printed = ''
for await (const chunk of server.stdout) {
  printed += chunk
  if (printed.includes('Ready to accept connections')) break
}

const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect()
const { sessions } = await openRedisStores({
  redis: client,
  deadlineMilliseconds: 60_000,
  ...lifetimes,
})
const result = {}
const indexes = []
try {
  console.log(`bytes a session, at ${count.toLocaleString('en-US')} sessions`)
  console.log(
    ' '.repeat(32) +
      ['with its index', 'without', 'MEMORY USAGE'].map((text) => text.padStart(14)).join(''),
  )
  await measure('no device, one of an account', noDevice, 1)
  await measure('device, one of an account', device, 1)
  await measure('device, five of an account', device, 5)
} finally {
  client.destroy()
  server.kill('SIGKILL')
  await once(server, 'exit')
}
finish(result)

async function measure(name, fields, perAccount) {
  const all = await fill(fields, perAccount, async () => {})
  const alone = await fill(fields, perAccount, removeIndexes)
  const { keys } = await client.scan('0', { MATCH: 'countersign:s:*', COUNT: 10 })
  const usage = await client.memoryUsage(keys[0], { SAMPLES: 0 })
  result[name] = { all, alone, usage }
  const figures = [all, alone, usage].map((bytes) => String(bytes).padStart(14))
  console.log(name.padEnd(32) + figures.join(''))
}

/** @returns the bytes that every session has added. */
async function fill(fields, perAccount, afterEachThousand) {
  await client.flushAll('SYNC')
  // The scripts and the first connection cost something that no session is to be charged for.
  await add(fields, 1)
  const before = await usedMemory()
  for (let made = 0; made < count; made += 1000) {
    let accountId = ''
    const running = []
    for (let index = 0; index < 1000; index += 1) {
      if (index % perAccount === 0) accountId = uuidV7(Date.now())
      running.push(add(fields, perAccount, accountId))
    }
    await Promise.all(running)
    await afterEachThousand()
  }
  return Math.round(((await usedMemory()) - before) / count)
}

/** They are for the list of an account's sessions alone. */
async function removeIndexes() {
  const keys = indexes.splice(0).map((id) => `countersign:a:${shortId(id)}`)
  await client.unlink(keys)
}

async function add(fields, limit, accountId = uuidV7(Date.now())) {
  indexes.push(accountId)
  const session = {
    ...{ id: uuidV7(Date.now()), accountId, epoch: 0, amr: ['pwd'], ...fields },
    ...{ generation: 1, hash: crypto.getRandomValues(new Uint8Array(16)) },
    ...{ recentCommits: [], forks: 0, forkedAt: 0 },
  }
  await sessions.create(session, limit)
}

async function usedMemory() {
  const found = /used_memory:(\d+)/.exec(await client.info('memory'))
  return Number(found?.[1])
}

function freePort() {
  return new Promise((resolve) => {
    const listener = createServer()
    listener.listen(0, '127.0.0.1', () => {
      const { port: free } = listener.address()
      listener.close(() => resolve(free))
    })
  })
}
