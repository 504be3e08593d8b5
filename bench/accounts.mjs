// 1,000,000 accounts in PostgreSQL against an empty database: latency of log-in and refresh, in turns.
//
// Needs a server where databases may be made: BENCH_POSTGRES_URL=postgres://… node bench/accounts.mjs
import pg from 'pg'
import { createAuth } from '../dist/index.js'

const server = process.env.BENCH_POSTGRES_URL
if (server === undefined) {
  console.error(
    'Name a server by BENCH_POSTGRES_URL; two databases are made on it and removed again.',
  )
  process.exit(2)
}
const accounts = Number(process.env.BENCH_ACCOUNTS ?? 1_000_000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 150)
const password = 'correct horse battery'

async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const nameOf = (url) => new URL(url).pathname.slice(1)

async function createDatabase(name) {
  const url = new URL(server)
  url.pathname = `/${name}_${process.pid}`
  await withClient(server, (client) => client.query(`CREATE DATABASE ${nameOf(url.href)}`))
  return url.href
}

// All have the hash of one password: who they are differs, what it costs does not.
const fill = `INSERT INTO countersign.users (id, username, username_key, email_verified, password_hash,
    status, session_epoch, roles, scopes, created_at, updated_at)
  SELECT '01998d2e-7c1b-7f3a-9d53-' || lpad(i::text, 12, '0'), 'user' || i, 'user' || i, false,
    (SELECT password_hash FROM countersign.users WHERE username_key = 'ada'),
    'active', 0, '[]', '[]', 0, 0
  FROM generate_series(1, $1::integer) AS i`
const fillSessions = `INSERT INTO countersign.sessions (id, account_id, epoch, amr, generation, hash,
    recent_commits, forks, forked_at, created_at, moved_at)
  SELECT '01998d2f-7c1b-7f3a-9d53-' || lpad(i::text, 12, '0'),
    '01998d2e-7c1b-7f3a-9d53-' || lpad(i::text, 12, '0'), 0, '["pwd"]', 1,
    decode(md5(i::text), 'hex'), '[]', 0, 0, 1.79e12, 1.79e12
  FROM generate_series(1, $1::integer) AS i`

async function open(name) {
  const url = await createDatabase(name)
  const auth = await createAuth({
    database: url,
    secret: 'a secret for measurements, of more than 32 bytes',
    limits: { login: { network: 'off' }, register: 'off' },
  })
  await auth.register({ username: 'ada', password })
  return { url, auth, times: { login: [], refresh: [] } }
}

async function timed(times, work) {
  const startedAt = performance.now()
  const result = await work()
  times.push(performance.now() - startedAt)
  return result
}

async function oneRound({ auth, times }, username) {
  const { session } = await timed(times.login, () => auth.login({ username, password }))
  const { refreshToken } = await auth.refresh(session.refreshToken)
  // The newest token, which commits: a read and a write.
  await timed(times.refresh, () => auth.refresh(refreshToken))
}

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]

const empty = await open('bench_empty')
const full = await open('bench_full')
const startedAt = performance.now()
await withClient(full.url, async (client) => {
  await client.query(fill, [accounts])
  await client.query(fillSessions, [accounts])
  await client.query('VACUUM ANALYZE')
})
console.log(
  `${accounts} accounts and sessions in ${Math.round((performance.now() - startedAt) / 1000)} s`,
)
for (let round = 0; round < rounds; round += 1) {
  const someone = `user${1 + Math.floor(Math.random() * accounts)}`
  await oneRound(empty, 'ada')
  await oneRound(full, someone)
}
for (const kind of ['login', 'refresh']) {
  const [few, many] = [median(empty.times[kind]), median(full.times[kind])]
  const ratio = (many / few).toFixed(2)
  console.log(
    `${kind}: ${few.toFixed(2)} ms empty, ${many.toFixed(2)} ms full, ratio ${ratio} (goal 1.3)`,
  )
}
for (const { auth, url } of [empty, full]) {
  await auth.close()
  await withClient(server, (client) => client.query(`DROP DATABASE ${nameOf(url)}`))
}
