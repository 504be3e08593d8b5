// Verification of access tokens in process: repeated tokens against a plain Map that has the token for
// its key, and tokens that were never seen against node:crypto and libraries.
//
// The work is done by verification-worker.mjs, a process for each candidate: in one for all, each pays
// for the memory of the others, and for call sites that have seen every algorithm.
import { once } from 'node:events'
import { goalOf } from '../measure/goals.mjs'
import { here, start } from '../measure/processes.mjs'
import { playRounds, summarise } from '../measure/rounds.mjs'

const algorithms = ['HS256', 'ES256', 'EdDSA', 'RS256']
const names = {
  'map-many': 'limit: a plain Map, 10,000 tokens in turn',
  'ours-many': 'countersign, 10,000 tokens in turn',
  'map-one': 'limit: a plain Map, one token',
  'ours-one': 'countersign, one token',
  ...Object.fromEntries(
    algorithms.flatMap((algorithm) => [
      [`limit-${algorithm}`, `limit: ${algorithm}, node:crypto, never seen`],
      [`ours-${algorithm}`, `countersign: ${algorithm}, never seen`],
      [`jose-${algorithm}`, `jose: ${algorithm}, 16 in flight`],
      [`fastjwt-${algorithm}`, `fast-jwt: ${algorithm}, cache off`],
    ]),
  ),
  'jsonwebtoken-string': 'jsonwebtoken: HS256, string secret',
  'jsonwebtoken-key': 'jsonwebtoken: HS256, KeyObject',
}
const reference = 'map-many'
const key = 'perSecond'
const goals = [
  ['ours-many', 'map-many', 0.8],
  ...algorithms.map((algorithm) => [`ours-${algorithm}`, `limit-${algorithm}`, 0.8]),
]

export const verification = {
  title: 'Verification in process',
  asks: 'How near to their limits are the checks of repeated and of new access tokens?',
  text:
    'Access tokens verified a second in a process that does nothing else, warm. It may use all cores: ' +
    'jose works in the thread pool; the others, Countersign among them, in the one thread of ' +
    'JavaScript. The limit of a token that was never seen is node:crypto, synchronous, with the claims ' +
    'parsed and `exp` compared; that of a repeat is one lookup in a Map.',
  async run(settings) {
    const rounds = settings.number('rounds', 7)
    const seconds = settings.number('seconds', 0.5)
    const wanted = Object.keys(names).filter((id) => settings.only?.includes(id) ?? true)
    const workers = new Map()
    try {
      const leftOut = []
      const subjects = []
      for (const id of wanted) {
        const worker = startWorker()
        workers.set(id, worker)
        const { missing } = await worker.ask({ prepare: id })
        if (missing === undefined) subjects.push({ id, name: names[id] })
        else
          leftOut.push({
            name: names[id],
            reason: `${missing} is not installed (\`npm ci\` in bench/)`,
          })
      }
      const measure = async ({ id }) => {
        const { ask } = workers.get(id)
        await ask({ seconds: seconds / 2 })
        return ask({ seconds })
      }
      const pids = () => [...workers.values()].map(({ pid }) => pid)
      const { rows, noise } = await playRounds({ subjects, reference, rounds, measure, key, pids })
      const base = rows.find(({ id }) => id === reference) ?? rows[0]
      return {
        ...{ unit: 'verifications/s', better: 'more', key, reference: base.name, noise, leftOut },
        settings: { rounds, seconds },
        rows: rows.map((row) => summarise(row, base, [key])),
        columns: [[key, 'verifications/s']],
        goals: goals.flatMap((goal) => goalOf(rows, goal, key)),
      }
    } finally {
      await Promise.all([...workers.values()].map(({ stop }) => stop()))
    }
  },
}

function startWorker() {
  const worker = start(undefined, process.execPath, [here('suites/verification-worker.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ask = async (question) => {
    worker.child.send(question)
    const [answer] = await once(worker.child, 'message')
    return answer
  }
  return { ...worker, ask }
}
