// Bytes of Redis memory that a session takes, by the difference of `used_memory`: ours by making
// sessions, those of others by copying all keys that one log-in leaves behind under other names.
import { randomBytes } from 'node:crypto'
import { startRedis } from '../measure/databases.mjs'
import { absoluteGoal } from '../measure/goals.mjs'
import { choose, startServer } from '../measure/servers.mjs'
import { openOwnSessions } from './store-memory-own.mjs'

const peers = ['express-session', 'tutorial', 'better-auth-redis']
const own = [
  ['no-device', 'countersign, no device data', { isKnown: false, perAccount: 1 }],
  ['device', 'countersign, address and user agent of a browser', { isKnown: true, perAccount: 1 }],
  ['device-five', 'the same, five sessions an account', { isKnown: true, perAccount: 5 }],
]
const mostBytes = 349
const atOnce = 1000

export const storeMemory = {
  title: 'A session in Redis',
  asks: 'What does a session take in the memory of Redis?',
  text:
    'Bytes of Redis memory that a session takes at so many sessions. Ours also after refreshes, and without ' +
    "the index that finds an account's sessions, which the others do not keep, save better-auth, whose list " +
    'is counted with it.',
  async run(settings, databases) {
    const sessions = settings.number('sessions', 100_000)
    const refreshes = settings.number('refreshes', 10)
    const redis = await startRedis()
    const { createClient } = await import('redis')
    const client = await createClient({ url: redis.fresh() }).connect()
    const wanted = ([id]) => settings.only?.includes(id) ?? true
    const rows = []
    const leftOut = []
    try {
      const opened = await openOwnSessions(client)
      for (const [id, name, kind] of own.filter(wanted)) {
        rows.push({
          id,
          name,
          ...(await measureOwn(client, opened, kind, { sessions, refreshes })),
        })
      }
      const { chosen, leftOut: missing } = choose(
        'guard',
        peers,
        settings.only?.filter((id) => peers.includes(id)),
      )
      leftOut.push(...missing)
      for (const candidate of chosen) {
        try {
          const keys = await keysOfOneLogin(candidate, databases)
          const { all } = await fill(client, sessions, copies(client, keys))
          rows.push({ id: candidate.id, name: candidate.name, all })
        } catch (error) {
          leftOut.push({ name: candidate.name, reason: error.message })
        }
      }
    } finally {
      client.destroy()
      await redis.stop()
    }
    return {
      ...{
        unit: 'bytes a session',
        better: 'less',
        key: 'all',
        rows,
        leftOut,
        settings: { sessions, refreshes },
      },
      columns: [
        ['all', 'bytes, all keys'],
        ['refreshed', 'the same after refreshes'],
        ['alone', 'then without the index'],
        ['usage', 'MEMORY USAGE of a key'],
      ],
      goals: rows
        .filter(({ refreshed }) => refreshed !== undefined)
        .map(({ name, all, refreshed }) =>
          absoluteGoal(`${name}: bytes, all keys`, Math.max(all, refreshed), mostBytes),
        ),
    }
  },
}

async function measureOwn(client, opened, kind, { sessions, refreshes }) {
  const { add, refreshAll } = opened.maker(kind)
  const { all, before } = await fill(client, sessions, add)
  const perSession = async () => Math.round(((await usedMemory(client)) - before) / sessions)
  for (let round = 0; round < refreshes; round += 1) await refreshAll()
  const refreshed = await perSession()
  const usage = await opened.usage()
  await opened.removeIndex()
  return { all, refreshed, alone: await perSession(), usage }
}

/** @returns the bytes that every session has added, and those that were there. */
async function fill(client, sessions, add) {
  await client.flushAll('SYNC')
  // The scripts and the first connection cost something that no session is to be charged for.
  await add(1)
  const before = await usedMemory(client)
  for (let made = 0; made < sessions; made += atOnce) await add(atOnce)
  return { before, all: Math.round(((await usedMemory(client)) - before) / sessions) }
}

async function usedMemory(client) {
  const found = /used_memory:(\d+)/.exec(await client.info('memory'))
  return Number(found?.[1])
}

async function keysOfOneLogin(candidate, databases) {
  const env = await databases.environmentFor(candidate)
  const server = await startServer(candidate, { role: 'guard', clients: 1, env })
  const { RESP_TYPES, createClient } = await import('redis')
  const source = await createClient({ url: env.REDIS_URL }).connect()
  try {
    const raw = source.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    const names = (await source.keys('*')).sort()
    if (names.length === 0) throw new Error('it has left nothing in Redis')
    const read = async (name) => ({
      name,
      dump: await raw.dump(name),
      ttl: await source.pTTL(name),
    })
    return await Promise.all(names.map(read))
  } finally {
    source.destroy()
    await server.stop()
  }
}

/** Names of the same length, different at their ends. */
function copies(client, keys) {
  const differing = 24
  return async (count) => {
    const running = []
    for (let index = 0; index < count; index += 1) {
      const end = randomBytes(differing / 2).toString('hex')
      for (const { name, dump, ttl } of keys) {
        const other = name.slice(0, Math.max(0, name.length - differing)) + end
        running.push(client.sendCommand(['RESTORE', other, String(Math.max(0, ttl)), dump]))
      }
    }
    await Promise.all(running)
  }
}
