// Fills stores with accounts and sessions. Those that are measured are written as a move from one
// store to another writes them; the others are copies of them.
import { getRandomValues } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { password } from '../candidates/announce.mjs'
import { copyingStatements } from './copy-rows.mjs'

/** With it the tokens are made here that the servers take for their own. */
export const secret = 'a-secret-for-measurements-of-more-than-32-bytes'
const atOnce = 2000
/** Log-ins lie so far back, evenly: the sessions are as old as those of a day are. */
const spreadMilliseconds = 12 * 3_600_000

/**
 * Fills empty stores.
 *
 * @param place { database, redis? } as URLs.
 * @param count accounts, each with a session.
 * @param sample how many of them can be used: evenly from all, if there are so many.
 * @returns { usernames, refreshTokens } of the sample.
 */
export async function fillStores(place, count, sample) {
  const product = await loadProduct()
  const stores = await product.open(place)
  const passwordHash = await product.hash(password)
  const firstAt = Date.now() - spreadMilliseconds - 60_000
  const used = Math.min(count, sample)
  const made = Array.from({ length: used }, (_, index) => {
    const at = Math.floor(firstAt + (index * spreadMilliseconds) / used)
    return product.make(`bench-${index}`, passwordHash, at)
  })
  const copies = count - used
  const times = { firstAt, between: Math.max(1, Math.floor(spreadMilliseconds / copies)) }
  try {
    await inParts(made, async (part) => {
      await stores.transfer.importAccounts(
        part.map(({ account }) => account),
        { takeNames: false },
      )
      await stores.transfer.importSessions(part.map(({ session }) => session))
    })
    if (place.redis !== undefined && copies > 0) {
      await addSessions(stores.sessions, copies, times, made[0].session, product.uuidV7)
    }
  } finally {
    await stores.close()
  }
  if (copies > 0) await copyIn(place, copies, times)
  return {
    usernames: made.map(({ account }) => account.username),
    refreshTokens: made.map(({ token }) => token),
  }
}

/** Appends endings of sessions to the feed, as log-outs do. */
export async function announceEndings(place, sessionIds) {
  const { open } = await loadProduct()
  const stores = await open(place)
  try {
    await inParts(sessionIds, (part) =>
      stores.transfer.announce(part.map((sessionId) => ({ kind: 'session_ended', sessionId }))),
    )
  } finally {
    await stores.close()
  }
}

/** Ids of sessions that nobody has. */
export async function strangerIds(count) {
  const { uuidV7 } = await loadProduct()
  return Array.from({ length: count }, () => uuidV7(Date.now()))
}

async function inParts(items, work) {
  for (let done = 0; done < items.length; done += atOnce) {
    await work(items.slice(done, done + atOnce))
  }
}

async function addSessions(sessions, count, { firstAt, between }, { status: _, ...one }, newId) {
  for (let done = 0; done < count; done += atOnce) {
    const adding = Array.from({ length: Math.min(atOnce, count - done) }, (_, index) => {
      const at = firstAt + (done + index) * between
      const ids = { id: newId(at), accountId: newId(at) }
      return sessions.create({ ...one, ...ids, hash: getRandomValues(new Uint8Array(16)) }, 100)
    })
    await Promise.all(adding)
  }
}

async function copyIn({ database, redis }, count, times) {
  const tables = redis === undefined ? ['users', 'sessions'] : ['users']
  const columnsBy = async (read) => {
    const lists = await Promise.all(tables.map(read))
    return Object.fromEntries(tables.map((table, index) => [table, lists[index]]))
  }
  if (database.startsWith('sqlite:')) {
    const { openDriver } = await import('../../dist/stores/sqlite/driver.js')
    const file = await openDriver(database.slice('sqlite:'.length))
    const columns = await columnsBy((table) =>
      file
        .prepare(`SELECT name FROM pragma_table_info('${table}')`)
        .all([])
        .map(({ name }) => name),
    )
    for (const sql of copyingStatements('sqlite', count, times, columns)) file.exec(sql)
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return file.close()
  }
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const columns = await columnsBy(async (table) => {
      const found = `SELECT column_name FROM information_schema.columns
        WHERE table_schema = 'countersign' AND table_name = '${table}'`
      return (await client.query(found)).rows.map((row) => row.column_name)
    })
    const statements = copyingStatements('postgres', count, times, columns, 'countersign.')
    // What would otherwise run beside the measurement.
    for (const sql of [...statements, 'VACUUM ANALYZE', 'CHECKPOINT']) await client.query(sql)
  } finally {
    await client.end()
  }
}

async function loadProduct() {
  const [{ openPlace }, { uuidV7 }, { createKeyRing }, tokens, hashing] = await Promise.all([
    import('../../dist/cli/store-place.js'),
    import('../../dist/crypto/uuid.js'),
    import('../../dist/crypto/key-rings.js'),
    import('../../dist/tokens/refresh-token.js'),
    import('../../dist/crypto/password-hashing.js'),
  ])
  const refreshTokens = tokens.createRefreshTokens(createKeyRing([secret], 'refresh token mac'))

  function make(username, passwordHash, at) {
    const [id, sessionId] = [uuidV7(at), uuidV7(at)]
    const content = { accountId: id, sessionId, generation: 1, issuedAt: at, epoch: 0 }
    const { token, hash } = refreshTokens.issue({ ...content, parent: tokens.noParent })
    return {
      token,
      account: {
        ...{ id, externalId: null, username, usernameKey: username, email: null, emailKey: null },
        ...{ emailVerified: false, name: null, passwordHash, status: 'active', sessionEpoch: 0 },
        ...{ roles: [], scopes: [], createdAt: at, updatedAt: at },
      },
      session: {
        ...{ status: 'live', id: sessionId, accountId: id, epoch: 0, amr: ['pwd'] },
        ...{ userAgent: null, address: null, generation: 1, hash },
        ...{ recentCommits: [], forks: 0, forkedAt: 0 },
      },
    }
  }

  async function open(place) {
    const stores = await openPlace(place, process.env, console.error)
    for (let tries = 0; tries < 100; tries += 1) {
      const answers = await stores.ping().then(
        () => true,
        () => false,
      )
      if (answers) return stores
      await pause(100)
    }
    throw new Error(`${place.redis ?? place.database} does not answer`)
  }

  return { open, uuidV7, make, hash: (text) => hashing.createPasswordHashing().hash(text) }
}
