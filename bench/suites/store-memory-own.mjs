// Makes and refreshes sessions of ours for store-memory.mjs, by the store that the product uses.
import { getRandomValues } from 'node:crypto'

const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 7 * 86_400_000,
  absoluteLifetime: 30 * 86_400_000,
}
const policy = { rotation: 'fork-and-commit', restoreMissing: true, ...lifetimes }
const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0'
/** What people come with; every session has the next one. */
const devices = [
  {
    userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Safari/537.36`,
    address: '192.0.2.123',
  },
  {
    userAgent: `Mozilla/5.0 (Linux; Android 10; K) ${webKit} Mobile Safari/537.36`,
    address: '2001:db8:85a3:1234:5678:8a2e:3700:7334',
  },
  {
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 ' +
      '(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    address: '2001:db8:85a3:1234:5678:8a2e:3700:7334',
  },
  {
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    address: '198.51.100.7',
  },
]
const unknownDevice = { userAgent: null, address: null }
const atOnce = 1000

export async function openOwnSessions(client) {
  const [{ uuidV7 }, { openRedisStores }] = await Promise.all([
    import('../../dist/crypto/uuid.js'),
    import('../../dist/stores/redis/open.js'),
  ])
  const options = { redis: client, deadlineMilliseconds: 60_000, ...lifetimes }
  const { sessions } = await openRedisStores(options)
  const newId = () => uuidV7(Date.now())
  const newHash = () => getRandomValues(new Uint8Array(16))

  return {
    /** Adds sessions, so many of them an account, and can refresh what it has added. */
    maker({ isKnown, perAccount }) {
      const made = []
      let accountId = newId()
      const add = async (index) => {
        if (index % perAccount === 0) accountId = newId()
        const device = isKnown ? devices[index % devices.length] : unknownDevice
        const rotation = {
          generation: 1,
          hash: newHash(),
          recentCommits: [],
          forks: 0,
          forkedAt: 0,
        }
        const session = { id: newId(), accountId, epoch: 0, amr: ['pwd'], ...device, ...rotation }
        const { id, hash } = session
        made.push({ id, accountId, hash, generation: 1, bornAt: Date.now() })
        await sessions.create(session, perAccount)
      }
      const refresh = async (one) => {
        const { accountId, bornAt: sessionBornAt, hash: parent } = one
        one.generation += 1
        one.hash = newHash()
        const { generation, hash } = one
        const times = { issuedAt: Date.now(), sessionBornAt }
        const token = { accountId, epoch: 0, generation, hash, parent, restorable: true, ...times }
        const { decision } = await sessions.refresh(one.id, token, policy)
        if (decision.outcome !== 'committed') throw new Error(`a refresh was ${decision.outcome}`)
      }
      return {
        async add(count) {
          await Promise.all(Array.from({ length: count }, () => add(made.length)))
        },
        async refreshAll() {
          for (let from = 0; from < made.length; from += atOnce) {
            await Promise.all(made.slice(from, from + atOnce).map(refresh))
          }
        },
      }
    },
    /** Redis then has the records alone. */
    async removeIndex() {
      const names = Array.from({ length: 4096 }, (_, index) => index.toString(16).padStart(3, '0'))
      const removed = await client.del(names.map((name) => `countersign:i:${name}`))
      if (removed === 0) throw new Error('the index is not where it was')
    },
    async usage() {
      const { keys } = await client.scan('0', { MATCH: 'countersign:s:*', COUNT: 10 })
      return client.memoryUsage(keys[0], { SAMPLES: 0 })
    },
  }
}
