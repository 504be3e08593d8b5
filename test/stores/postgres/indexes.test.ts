/** No statement of the store reads a whole table. */

import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { sharedPostgres, withClient } from '../../support/postgres-server.ts'
import { committedToken, newAccount, newSession, policy } from '../sqlite/fixture.ts'
import { atOnce, openStores, watchedPool } from './fixture.ts'

const server = await sharedPostgres('query plans of PostgreSQL')
afterAll(() => server?.dispose())

/** Rows of 20,000 accounts, with what belongs to them. */
const fill = `
  INSERT INTO countersign.users SELECT 'u' || i, 'x' || i, 'n' || i, 'n' || i, 'e' || i, 'e' || i,
    true, null, 'hash', 'active', 0, '[]', '[]', i, i FROM generate_series(1, 20000) AS i;
  INSERT INTO countersign.external_ids SELECT 'x' || i FROM generate_series(1, 20000) AS i;
  INSERT INTO countersign.sessions SELECT 's' || i, 'u' || i, 0, '[]', null, null, 1, '\\x00', '[]',
    0, 0, 4e12 + i, 4e12 + i, null FROM generate_series(1, 20000) AS i;
  INSERT INTO countersign.sessions SELECT 'old' || i, 'u' || i, 0, '[]', null, null, 1, '\\x00',
    '[]', 0, 0, i, i, 'logout' FROM generate_series(1, 20) AS i;
  INSERT INTO countersign.ended_sessions SELECT 's' || i, 'u' || i, 'logout', 4e12
    FROM generate_series(1, 20000) AS i;
  INSERT INTO countersign.one_time_tokens SELECT decode(md5(i::text), 'hex'), 'p', 'u' || i, null,
    4e12 FROM generate_series(1, 20000) AS i;
  INSERT INTO countersign.attempts SELECT 'k' || i, 1, 0, 0, 4e12 FROM generate_series(1, 20000) AS i;
  INSERT INTO countersign.revocations (kind, subject, at)
    SELECT 'session_ended', 's' || i, 4e12 FROM generate_series(1, 5000) AS i;
  ANALYZE`

const allScans = `SELECT relname, seq_scan::integer AS scans
  FROM pg_stat_user_tables
  WHERE schemaname = 'countersign' AND relname NOT IN ('schema_version', 'signing_keys')
  ORDER BY relname`

describe.runIf(server)('with 20,000 accounts in PostgreSQL', () => {
  test('every statement finds its rows by an index, in functions too', async () => {
    const url = (await server?.createDatabase()) ?? ''
    // A connection tells what it has counted when it ends: the scans of making the indexes are then
    // in the numbers before anything is measured.
    await (await openStores(url)).close()
    const { pool, sent, end } = watchedPool(url)
    const stores = await openStores(pool)
    await withClient(url, (client) => client.query(fill))
    const scans = () =>
      withClient(url, async (client) => {
        // What other connections have counted is there after a second of rest.
        await client.query('SELECT pg_sleep(2)')
        return (await client.query(allScans)).rows
      })
    const before = await scans()
    sent.length = 0
    await useEverything(stores)
    expect(new Set(sent.map(({ text }) => text)).size).toBeGreaterThan(35)
    expect(await plansThatScan(url, sent)).toEqual([])
    await stores.close()
    await end()
    expect(before).toHaveLength(7)
    expect(await scans()).toEqual(before)
  })
})

async function useEverything(stores: Awaited<ReturnType<typeof openStores>>): Promise<void> {
  const { users, sessions, oneTimeTokens, attempts, endedList } = stores
  const account = await users.create(newAccount('ada', { externalId: 'ext' }))
  if (typeof account === 'string') throw new Error(account)
  const { id } = account
  await users.create(newAccount('ada'))
  await users.findByKey({ usernameKey: 'ada' })
  await users.findByKey({ emailKey: 'ada' })
  await users.findExternal('ext')
  await users.refreshAccount(id)
  await users.update(id, { username: { shown: 'Eve', key: 'eve' }, name: 'Eve' })
  await users.rehashPassword(id, 'one', 'two')
  await users.changePassword(id, account.passwordHash, 'three')
  await users.setStatus(id, 'disabled')
  await users.setRights(id, { roles: ['admin'] })
  await users.list({ after: 'u5', limit: 10 })
  await users.raiseEpoch(id)
  const now = await sessions.now()
  const session = newSession(id, now)
  await sessions.create(session, 1)
  const token = { ...committedToken(session, now), issuedAt: now }
  await sessions.refresh(session.id, token, policy)
  await sessions.refresh(session.id, { ...token, hash: randomBytes(16) }, policy)
  await sessions.create(newSession(id, now), 20)
  await sessions.create(newSession(id, now), 1)
  await sessions.find(session.id)
  await sessions.list(id, 0)
  await sessions.end(session.id, id, 'logout')
  await sessions.endAll(id, 9, 'logout_all')
  const { cursor } = await sessions.revocations(undefined, atOnce)
  await sessions.revocations(cursor, atOnce)
  await endedList.add({ sessionId: session.id, accountId: id, reason: 'logout' })
  const tokenHash = randomBytes(32)
  await oneTimeTokens.put({ tokenHash, purpose: 'p', accountId: id, data: null, expiresAt: 4e12 })
  await oneTimeTokens.consume(tokenHash, 'p')
  await oneTimeTokens.removeAll(id)
  const rule = { windowMilliseconds: 1000, windowFrom: 'first' } as const
  const both = ['k', 'l'].map((key) => ({ key, rule }))
  await attempts.takeAll(both)
  await attempts.takeAll(both)
  await attempts.read('k')
  await attempts.settle([
    { key: 'k', change: 'give_back' },
    { key: 'l', change: 'clear', below: 5 },
  ])
  await users.delete(id)
  for (const store of [sessions, endedList, oneTimeTokens, attempts]) await store.prune()
}

/** The statements whose plan reads a table from end to end. */
async function plansThatScan(
  url: string,
  sent: readonly { readonly text: string; readonly values: unknown[] }[],
): Promise<string[]> {
  const found = new Set<string>()
  await withClient(url, async (client) => {
    for (const { text, values } of sent.filter((one) => !one.text.startsWith('LISTEN'))) {
      const { rows } = await client.query(`EXPLAIN ${text}`, values)
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      if (/Seq Scan on (?!schema_version|signing_keys|revocations_seq)/.test(plan)) {
        found.add(`${text}\n${plan}`)
      }
    }
  })
  return [...found]
}
