// The limits of a refresh: a bare handler that reads a JSON body, does one round trip to the store
// and makes one ES256 signature, and answers tokens as long as ours. It decides nothing and checks
// nothing.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { accountId, each, listen, refreshPlan, variant } from './announce.mjs'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = { key: privateKey, dsaEncoding: 'ieee-p1363' }
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = encoded({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
const [framework, store] = variant.split('-')

function accessToken(sub) {
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    ...{ iss: 'http://localhost', sub, aud: 'http://localhost', exp: iat + 900, iat },
    ...{ jti: randomBytes(16).toString('base64url'), client_id: 'first-party', sid: sub },
    ...{ auth_time: iat, amr: ['pwd'], roles: [], scope: '', epoch: 0 },
  }
  const input = `${header}.${encoded(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

/** Reads and writes a record as long as ours, by the clock of Redis. */
const script = `
local time = redis.call('TIME')
local record = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', 604800000)
return {time[1], record or ''}`
const record = randomBytes(79)

const steps = {
  async redis() {
    const { createClient } = await import('redis')
    const client = createClient({ url: process.env.REDIS_URL, commandOptions: { timeout: 0 } })
    await client.connect()
    const sha = await client.scriptLoad(script)
    return (id) => client.sendCommand(['EVALSHA', sha, '1', `bench:${id}`, record])
  },
  async postgres() {
    const { default: pg } = await import('pg')
    const pool = new pg.Pool({
      connectionString: process.env.DATABASE_URL,
      options: '-c synchronous_commit=off',
    })
    await pool.query(
      'create table sessions (id text primary key, hash text not null, generation int)',
    )
    await pool.query('create table accounts (id text primary key, epoch int)')
    await each(async (index) => {
      await pool.query('insert into sessions values ($1, $2, 0)', [accountId(index), ''])
      await pool.query('insert into accounts values ($1, 0)', [accountId(index)])
    })
    const update = 'update sessions set hash = $2, generation = generation + 1 where id = $1'
    const read = 'select epoch from accounts where id = $1'
    return (id, next) =>
      Promise.all([
        pool.query({ name: 'update', text: update, values: [id, next] }),
        pool.query({ name: 'read', text: read, values: [id] }),
      ])
  },
}

const step = await steps[store]()

async function refresh(presented) {
  const id = presented.slice(0, 36)
  const next = `${id}.${randomBytes(78).toString('base64url')}`
  await step(id, next)
  return { accessToken: accessToken(id), refreshToken: next, tokenType: 'Bearer', expiresIn: 900 }
}

async function bodyOf(request) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}

async function onNode(request, response) {
  const { refreshToken } = await bodyOf(request)
  const body = JSON.stringify(await refresh(refreshToken))
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

async function onExpress() {
  const { default: express } = await import('express')
  const app = express()
  app.post('/auth/refresh-token', express.json(), async (request, response) =>
    response.json(await refresh(request.body.refreshToken)),
  )
  return app
}

const plan = refreshPlan(await each(async (index) => `${accountId(index)}.first`))
listen(framework === 'node' ? createServer(onNode) : await onExpress(), plan)
