// How the cost of a guarded request, a refresh and a log-in grows with accounts and sessions.
import { setTimeout as pause } from 'node:timers/promises'
import { bearerPlan, loginPlan, password, refreshPlan } from '../candidates/announce.mjs'
import { applyLoad } from '../measure/apply-load.mjs'
import { median } from '../measure/figures.mjs'
import { fillStores, secret } from '../measure/fill.mjs'
import { absoluteGoal } from '../measure/goals.mjs'
import { temporaryFolder, withChildren } from '../measure/processes.mjs'
import { playRounds, ratios, summarise } from '../measure/rounds.mjs'
import { choose, startServer } from '../measure/servers.mjs'

const stores = {
  countersign: 'SQLite',
  'countersign-postgres': 'PostgreSQL',
  'countersign-redis': 'SQLite, sessions in Redis',
}
const kinds = { guard: 'guard', refresh: 'refresh', login: 'log-in' }
const keys = [
  ...Object.keys(kinds).flatMap((kind) => [`${kind}P50`, `${kind}P99`]),
  ...['guardPerSecond', 'refreshPerSecond'],
]
/** A database that has nobody but those who are measured; as many as there are connections. */
const least = 16
/** So many of the sessions are used, spread over all. */
const sample = 2000
const mostRatio = 1.3
const mostTries = 20
const pauseMilliseconds = 500

export const growth = {
  title: 'How cost grows with accounts and sessions',
  asks: 'Do a guarded request, a refresh and a log-in cost the same at a million accounts and sessions as at a few?',
  text:
    'The standalone server on databases of so many accounts, each with a session, all alive at once and ' +
    'measured in turn. Milliseconds of a guarded request, of a refresh that commits, and of a log-in, ' +
    `for one client that asks in the name of another session or account each time, of ${sample} that are ` +
    'spread over all; and how many guarded requests and refreshes a second 16 clients are given. A guarded ' +
    'request reads no database; a log-in is mostly its password hash.',
  async run(settings, databases, report = () => {}) {
    const most = settings.number('accounts', 1_000_000)
    const rounds = settings.number('rounds', 5)
    const seconds = settings.given.seconds ?? (settings.short ? 0.3 : 1)
    const sizes = [least, 1000, 100_000].filter((size) => size < most).concat(most)
    const { chosen, leftOut } = choose('start', Object.keys(stores), settings.only)
    const subjects = []
    try {
      for (const candidate of chosen) {
        for (const size of sizes) {
          const name = `${stores[candidate.id]}, ${shownSize(size)}`
          report(`${name}: filling`)
          try {
            subjects.push({ name, ...(await openSubject(candidate, size, databases)) })
          } catch (error) {
            leftOut.push({ name, reason: error.message })
          }
        }
      }
      if (subjects.length === 0) throw new Error('no server can be started')
      const databasePids = await databases.pids()
      const pids = () => [...subjects.flatMap(({ pid }) => withChildren(pid)), ...databasePids]
      const reference = subjects[0].id
      const measure = (subject) => measureAll(subject, seconds)
      const key = 'refreshP50'
      report(`${rounds} rounds of ${subjects.length} servers`)
      const played = await playRounds({ subjects, reference, rounds, measure, key, pids })
      leftOut.push(...played.failed)
      const rows = played.rows.map((row) => summarise(row, rowOfLeast(played.rows, row), keys))
      return {
        ...{ unit: 'ms, p50 of one client', better: 'less', key, noise: played.noise, leftOut },
        settings: { rounds, seconds, accounts: sizes.join(' / '), connections: least },
        load: 'load.mjs (node:net)',
        ...{ rows, columns, goals: goalsOf(played.rows) },
        lines: { x: 'accounts', panels: panelsOf(rows) },
      }
    } finally {
      await Promise.all(subjects.map(({ stop }) => stop()))
    }
  },
}

const shownSize = (size) => size.toLocaleString('en-US')

/** Fills a database, starts a server on it, and refreshes every session once, so that the next commits. */
async function openSubject(candidate, size, databases) {
  const folder = temporaryFolder()
  const urls = await databases.environmentFor(candidate)
  const database = urls.DATABASE_URL ?? `sqlite:${folder}/countersign.db`
  const filled = await fillStores({ database, redis: urls.REDIS_URL }, size, sample)
  const env = {
    ...urls,
    ...{ COUNTERSIGN_DATA: folder, COUNTERSIGN_SECRET: secret },
    // The run takes longer than access tokens usually live.
    COUNTERSIGN_ACCESS_LIFETIME: '4h',
  }
  const server = await startServer(candidate, { role: 'start', env })
  const pairs = []
  for (let done = 0; done < filled.refreshTokens.length; done += least) {
    const part = filled.refreshTokens.slice(done, done + least)
    pairs.push(...(await Promise.all(part.map((token) => refreshOnce(server.url, token)))))
  }
  const { url, pid, stop } = server
  const fields = { username: '$TOKEN', password }
  return {
    ...{ id: `${candidate.id}-${size}`, url, pid, stop },
    guard: bearerPlan(pairs.map(({ accessToken }) => accessToken)),
    refresh: refreshPlan(pairs.map(({ refreshToken }) => refreshToken)),
    login: loginPlan(filled.usernames, fields),
  }
}

async function refreshOnce(url, refreshToken) {
  const headers = { 'Content-Type': 'application/json' }
  const body = JSON.stringify({ refreshToken })
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(`${url}/auth/refresh-token`, { method: 'POST', headers, body })
    if (answer.ok) return answer.json()
    // A database that was filled just now may be late for its deadline, and a client tries again.
    if (answer.status !== 503 || tries === mostTries) {
      throw new Error(`a refresh was answered with ${answer.status}`)
    }
    await pause(pauseMilliseconds)
  }
}

async function measureAll(subject, seconds) {
  const figures = {}
  for (const kind of Object.keys(kinds)) {
    // Log-ins take so long that a median wants more time for as many.
    const length = kind === 'login' ? 2 * seconds : seconds
    const plan = Object.assign(subject[kind], { url: subject.url, seconds: length, inTurn: true })
    const { latency } = await applyLoad(Object.assign(plan, { connections: 1 }))
    Object.assign(figures, { [`${kind}P50`]: latency.p50, [`${kind}P99`]: latency.p99 })
    if (kind === 'login') continue
    const many = await applyLoad(Object.assign(plan, { connections: least }))
    figures[`${kind}PerSecond`] = many.answered / many.seconds
  }
  return figures
}

const storeOf = (row) => row.id.slice(0, row.id.lastIndexOf('-'))
const sizeOf = (row) => Number(row.id.slice(row.id.lastIndexOf('-') + 1))
const rowOfLeast = (rows, row) => rows.find((one) => storeOf(one) === storeOf(row))

const columns = [
  ...Object.entries(kinds).flatMap(([kind, name]) => [
    [`${kind}P50`, `${name}, p50 ms`],
    [`ratio.${kind}P50`, `${name}, × that of ${least}`],
    [`${kind}P99`, `${name}, p99 ms`],
  ]),
  ['guardPerSecond', `guarded req/s, ${least} clients`],
  ['refreshPerSecond', `refreshes/s, ${least} clients`],
]

/** Of every size but the least, the one that costs most against it in the median of rounds. */
function goalsOf(rows) {
  const ids = Object.keys(stores).filter(
    (id) => rows.filter((row) => storeOf(row) === id).length > 1,
  )
  return ids.flatMap((id) => {
    const [base, ...larger] = rows.filter((row) => storeOf(row) === id)
    return Object.entries(kinds).map(([kind, name]) => {
      const all = larger.map((row) => median(ratios(row, base, `${kind}P50`)))
      const most = shownSize(sizeOf(larger.at(-1)))
      const goal = `${stores[id]}: ${name}, the dearest of up to ${most} accounts, × that of ${sizeOf(base)}`
      return absoluteGoal(goal, Math.max(...all), mostRatio)
    })
  })
}

/** A panel a kind, a line a store. */
function panelsOf(summaries) {
  return Object.entries(kinds).map(([kind, title]) => ({
    title,
    key: `${kind}P50`,
    series: Object.entries(stores)
      .map(([id, name]) => ({ name, rows: summaries.filter((row) => storeOf(row) === id) }))
      .filter(({ rows }) => rows.length > 0)
      .map(({ name, rows }) => ({
        name,
        points: rows.map((row) => ({ x: sizeOf(row), ...row[`${kind}P50`] })),
      })),
  }))
}
