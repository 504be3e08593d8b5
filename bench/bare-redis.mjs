// The yardstick of a refresh on Redis: bare node:http, one EVALSHA that reads and writes a record as
// long as ours, one ES256 signature, and an answer as long as ours. It rotates nothing and checks nothing.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { createClient } from 'redis'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = { key: privateKey, dsaEncoding: 'ieee-p1363' }
const script = `
local time = redis.call('TIME')
local record = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', 604800000)
return {time[1], record or ''}`
const sha = createHash('sha1').update(script).digest('hex')
const client = createClient({ url: process.env.REDIS_URL, commandOptions: { timeout: 0 } })
client.on('error', () => {})
await client.connect()
await client.sendCommand(['SCRIPT', 'LOAD', script])

const record = randomBytes(79)
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = encode({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
const account = '01990000-0000-7000-8000-000000000000'
let sessions = 0

function accessToken(iat) {
  const claims = {
    ...{ iss: 'http://localhost', sub: account, aud: 'http://localhost', exp: iat + 900, iat },
    ...{ jti: randomBytes(16).toString('base64url'), client_id: 'first-party', sid: account },
    ...{ auth_time: iat, amr: ['pwd'], roles: [], scope: '', epoch: 0 },
  }
  const signed = `${header}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

async function answer(body, response) {
  const presented = body.refreshToken ?? `csr_${sessions++}`
  const name = `bench:${presented.slice(0, 20)}`
  const [seconds] = await client.sendCommand(['EVALSHA', sha, '1', name, record])
  const text = JSON.stringify({
    accessToken: accessToken(Number(seconds)),
    // The first part names the session.
    refreshToken: presented.slice(0, 20).padEnd(20, 'x') + randomBytes(90).toString('base64url'),
    tokenType: 'Bearer',
    expiresIn: 900,
  })
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => answer(JSON.parse(text), response))
})

server.listen({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`bare listens on http://127.0.0.1:${server.address().port}`)
})
