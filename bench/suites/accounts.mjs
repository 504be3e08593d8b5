// How the cost of a log-in and of a refresh grows with accounts and sessions in PostgreSQL: an empty
// database and a full one, in turns.
import { median, quantile, rounded } from '../measure/figures.mjs'
import { absoluteGoal } from '../measure/goals.mjs'
import { temporaryFolder } from '../measure/processes.mjs'

const password = 'correct horse battery'
const mostRatio = 1.3

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

export const accounts = {
  title: 'With a million accounts',
  text:
    'Milliseconds of a log-in and of a refresh that commits, at so many accounts and sessions in ' +
    'PostgreSQL, and with one account; medians of calls that take turns, in one process.',
  async run(settings, databases) {
    const count = settings.number('accounts', 1_000_000)
    const rounds = settings.short ? 20 : 150
    const [few, many] = [await open(databases), await open(databases)]
    try {
      await fillDatabase(many.url, count)
      for (let round = 0; round < rounds; round += 1) {
        await oneRound(few, 'ada')
        await oneRound(many, `user${1 + Math.floor(Math.random() * count)}`)
      }
    } finally {
      await Promise.all([few.auth.close(), many.auth.close()])
    }
    const rows = ['login', 'refresh'].flatMap((kind) => [
      {
        id: `${kind}-few`,
        name: `${names[kind]}, one account`,
        milliseconds: rangeOf(few.times[kind]),
      },
      {
        id: `${kind}-many`,
        name: `${names[kind]}, ${count.toLocaleString('en-US')} accounts`,
        milliseconds: rangeOf(many.times[kind]),
      },
    ])
    return {
      ...{ unit: 'ms, median; the line from p5 to p95', better: 'less', key: 'milliseconds', rows },
      settings: { accounts: count, rounds },
      columns: [['milliseconds', 'ms, median (p5 to p95)']],
      goals: ['login', 'refresh'].map((kind) => {
        const ratio = median(many.times[kind]) / median(few.times[kind])
        return absoluteGoal(`${names[kind]}: many against one`, ratio, mostRatio)
      }),
    }
  },
}

const names = { login: 'log-in', refresh: 'refresh' }

function rangeOf(times) {
  const [least, middle, most] = [0.05, 0.5, 0.95].map((part) => rounded(quantile(times, part)))
  return { median: middle, least, most }
}

async function open(databases) {
  const { DATABASE_URL: url } = await databases.environmentFor({ needs: ['postgres'] })
  const { createAuth } = await import('../../dist/index.js')
  const auth = await createAuth({
    database: url,
    dataFolder: temporaryFolder(),
    secret: 'a secret for measurements, of more than 32 bytes',
    limits: { login: { network: 'off' }, register: 'off' },
  })
  await auth.register({ username: 'ada', password })
  return { url, auth, times: { login: [], refresh: [] } }
}

async function fillDatabase(connectionString, count) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(fill, [count])
    await client.query(fillSessions, [count])
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
  }
}

async function oneRound({ auth, times }, username) {
  const { session } = await timed(times.login, () => auth.login({ username, password }))
  const { refreshToken } = await auth.refresh(session.refreshToken)
  // The newest token, which commits: a read and a write.
  await timed(times.refresh, () => auth.refresh(refreshToken))
}

async function timed(times, work) {
  const startedAt = performance.now()
  const result = await work()
  times.push(performance.now() - startedAt)
  return result
}
