// Makes sessions of ours for store-memory.mjs, by the store that the product uses.
import { getRandomValues } from 'node:crypto'

const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 7 * 86_400_000,
  absoluteLifetime: 30 * 86_400_000,
}
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
const knownDevice = { userAgent: firefox, address: '192.0.2.123' }
const unknownDevice = { userAgent: null, address: null }

export async function openOwnSessions(client) {
  const [{ uuidV7 }, { shortId }, { openRedisStores }] = await Promise.all([
    import('../../dist/crypto/uuid.js'),
    import('../../dist/stores/redis/ids.js'),
    import('../../dist/stores/redis/open.js'),
  ])
  const options = { redis: client, deadlineMilliseconds: 60_000, ...lifetimes }
  const { sessions } = await openRedisStores(options)
  const newId = () => uuidV7(Date.now())

  const add = (accountId, device, limit) =>
    sessions.create(
      {
        ...{ id: newId(), accountId, epoch: 0, amr: ['pwd'], ...device },
        ...{ generation: 1, hash: getRandomValues(new Uint8Array(16)) },
        ...{ recentCommits: [], forks: 0, forkedAt: 0 },
      },
      limit,
    )

  return {
    /** @returns a function that adds so many sessions, so many of them an account. */
    filler:
      ({ isKnown, perAccount, isAlone = false }) =>
      async (count) => {
        const accounts = []
        const running = []
        for (let index = 0; index < count; index += 1) {
          if (index % perAccount === 0) accounts.push(newId())
          running.push(add(accounts.at(-1), isKnown ? knownDevice : unknownDevice, perAccount))
        }
        await Promise.all(running)
        if (isAlone) await client.unlink(accounts.map((id) => `countersign:a:${shortId(id)}`))
      },
    async usage() {
      const { keys } = await client.scan('0', { MATCH: 'countersign:s:*', COUNT: 10 })
      return client.memoryUsage(keys[0], { SAMPLES: 0 })
    },
  }
}
