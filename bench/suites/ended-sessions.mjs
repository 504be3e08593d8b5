// What it costs that many sessions have ended: the guard with so many in its memory, and that memory.
import { setTimeout as pause } from 'node:timers/promises'
import { applyLoad, generatorOf } from '../measure/apply-load.mjs'
import { clientsOfStandalone, logIn } from '../measure/clients.mjs'
import { announceEndings, strangerIds } from '../measure/fill.mjs'
import { absoluteGoal, goalOf } from '../measure/goals.mjs'
import { here, processorSeconds, run, serverCore, temporaryFolder } from '../measure/processes.mjs'
import { playRounds, summarise } from '../measure/rounds.mjs'
import { choose, startServer } from '../measure/servers.mjs'

const id = 'countersign'
const mostRatio = 1.3
const mostBytes = 64
const keys = ['perSecond', 'p50', 'p99', 'requestMicroseconds']
const mostTries = 1200
const pauseMilliseconds = 50

export const endedSessions = {
  title: 'The guard with many ended sessions',
  asks: 'Does a guarded request cost the same with a million ended sessions in memory, and what do they take?',
  text:
    'The standalone server on SQLite, whose feed has told it of so many sessions that ended within the ' +
    'last minutes. Guarded requests a second, the processor time of one, and the bytes (heap and array ' +
    'buffers, after a collection) and the time of a look-up of the set that the guard asks, by itself.',
  async run(settings, _databases, report = () => {}) {
    const most = settings.number('ended', 1_000_000)
    const rounds = settings.number('rounds', 7)
    const seconds = settings.number('seconds', 2)
    const connections = settings.number('connections', 64)
    const sizes = [0, 10_000].filter((size) => size < most).concat(most)
    const { chosen } = choose('guard', [id], undefined)
    const subjects = []
    try {
      for (const size of sizes) {
        report(`${shownSize(size)} ended sessions`)
        subjects.push(await openSubject(chosen[0], size, connections))
      }
      const measure = (subject) => measureGuard(subject, { connections, seconds })
      const [reference, key] = [subjects[0].id, 'requestMicroseconds']
      const pids = () => subjects.map(({ pid }) => pid)
      report(`${rounds} rounds of ${subjects.length} servers`)
      const played = await playRounds({ subjects, reference, rounds, measure, key, pids })
      const rows = []
      for (const row of played.rows) {
        const set = await measureSet(sizeOf(row))
        rows.push({ ...summarise(row, played.rows[0], keys), ...set })
      }
      const largest = rows.at(-1)
      const atLargest = [largest.id, reference, mostRatio, 'atMost']
      return {
        ...{ unit: 'the guard, and the set that it asks', better: 'less', key, rows, columns },
        settings: { rounds, seconds, connections, ended: sizes.join(' / ') },
        ...{ load: generatorOf(subjects[0].plan), noise: played.noise, leftOut: played.failed },
        goals: [
          ...goalOf(played.rows, atLargest, key).map((goal) => ({
            ...goal,
            goal: `processor time of a request: ${goal.goal}`,
          })),
          absoluteGoal(
            `bytes an ended session, of ${shownSize(sizeOf(largest))}`,
            largest.bytes,
            mostBytes,
          ),
        ],
        lines: { x: 'ended sessions', panels: panelsOf(rows) },
      }
    } finally {
      await Promise.all(subjects.map(({ stop }) => stop()))
    }
  },
}

const columns = [
  ['perSecond', 'req/s'],
  ['ratio.perSecond', '× that of 0'],
  ['requestMicroseconds', 'µs of processor time a request'],
  ['ratio.requestMicroseconds', '× that of 0'],
  ['p99', 'p99 ms'],
  ['bytes', 'bytes an ended session'],
  ['lookUpNanoseconds', 'ns a look-up'],
]

const shownSize = (size) => size.toLocaleString('en-US')
const sizeOf = (row) => Number(row.id.split('-').at(-1))

/** Fills a feed, starts a server on it, and waits until it has read all. */
async function openSubject(candidate, size, clients) {
  const folder = temporaryFolder()
  const place = { database: `sqlite:${folder}/countersign.db` }
  await announceEndings(place, await strangerIds(size))
  const env = { COUNTERSIGN_DATA: folder, COUNTERSIGN_ACCESS_LIFETIME: '4h' }
  const server = await startServer(candidate, { role: 'start', env })
  const { url, pid, stop } = server
  const plan = { url, ...(await clientsOfStandalone(url, 'guard', clients)) }
  // What is announced last, it reads last.
  const { accessToken } = await logIn(url)
  await announceEndings(place, [sessionOf(accessToken)])
  for (let tries = 0; !(await isRefused(url, accessToken)); tries += 1) {
    if (tries === mostTries) throw new Error(`the feed of ${size} endings is not read to its end`)
    await pause(pauseMilliseconds)
  }
  return { id: `${id}-${size}`, name: `${shownSize(size)} ended sessions`, url, pid, stop, plan }
}

const sessionOf = (accessToken) =>
  JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString()).sid

async function isRefused(url, accessToken) {
  const headers = { Authorization: `Bearer ${accessToken}` }
  const { status } = await fetch(`${url}/protected`, { headers })
  return status === 401
}

async function measureGuard({ plan, pid }, { connections, seconds }) {
  const before = processorSeconds(pid)
  Object.assign(plan, { connections, seconds })
  const { answered, seconds: took, latency } = await applyLoad(plan)
  const used = Math.max(0.01, processorSeconds(pid) - before)
  return { perSecond: answered / took, requestMicroseconds: (used / answered) * 1e6, ...latency }
}

/** In a process of its own, where nothing else takes memory. */
async function measureSet(size) {
  const args = ['--expose-gc', here('suites/ended-sessions-worker.mjs'), String(size)]
  return JSON.parse(await run(serverCore, process.execPath, args))
}

function panelsOf(rows) {
  const figures = [
    ['requestMicroseconds', 'µs of processor time a request'],
    ['lookUpNanoseconds', 'ns a look-up in the set'],
  ]
  return figures.map(([key, title]) => ({
    title,
    series: [{ name: 'countersign', points: rows.map((row) => pointOf(row, key)) }],
  }))
}

function pointOf(row, key) {
  const value = row[key]
  const range = typeof value === 'number' ? { median: value, least: value, most: value } : value
  return { x: sizeOf(row), ...range }
}
