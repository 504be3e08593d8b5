/** The feed in PostgreSQL: no entry is missed, whatever the order in which transactions commit. */

import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import { sharedPostgres, withClient } from '../../support/postgres-server.ts'
import { atOnce, openStores } from './fixture.ts'

const server = await sharedPostgres('the feed in PostgreSQL')
afterAll(() => server?.dispose())

const append = (subject: string): string =>
  `INSERT INTO countersign.revocations (kind, subject, at)
    VALUES ('session_ended', '${subject}', (extract(epoch FROM clock_timestamp()) * 1000)::bigint)`

describe.runIf(server)('the feed in PostgreSQL', () => {
  const newDatabase = async (): Promise<string> => (await server?.createDatabase()) ?? ''
  const idsOf = (entries: readonly object[]) =>
    entries.map((entry) => ('sessionId' in entry ? entry.sessionId : undefined))

  test('an entry whose transaction commits late is not overtaken by a later one', async () => {
    const url = await newDatabase()
    const { sessions } = await openStores(url)
    const start = await sessions.revocations(undefined, atOnce)
    await withClient(url, (slow) =>
      withClient(url, async (fast) => {
        await slow.query('BEGIN')
        await slow.query(append('first'))
        const second = fast.query(append('second'))
        await pause(100)
        expect((await sessions.revocations(start.cursor, atOnce)).entries).toEqual([])
        await slow.query('COMMIT')
        await second
      }),
    )
    const page = await sessions.revocations(start.cursor, atOnce)
    expect(idsOf(page.entries)).toEqual(['first', 'second'])
  })

  test('an entry that is rolled back leaves a gap, and the reader goes on', async () => {
    const url = await newDatabase()
    const { sessions } = await openStores(url)
    const start = await sessions.revocations(undefined, atOnce)
    await withClient(url, async (client) => {
      await client.query('BEGIN')
      await client.query(append('never'))
      await client.query('ROLLBACK')
      await client.query(append('after'))
    })
    expect(idsOf((await sessions.revocations(start.cursor, atOnce)).entries)).toEqual(['after'])
  })

  test('of 400 endings by 20 writers a reader sees each once, in order', async () => {
    const url = await newDatabase()
    const { sessions } = await openStores(`${url}?pool=20`)
    let { cursor } = await sessions.revocations(undefined, atOnce)
    const accounts = Array.from({ length: 400 }, () => uuidV7(1_800_000_000_000))
    const seen: string[] = []
    let writing = true
    const reader = (async () => {
      for (let last = false; !last; ) {
        last = !writing
        const page = await sessions.revocations(cursor, { ...atOnce, waitMilliseconds: 20 })
        cursor = page.cursor
        for (const entry of page.entries) if ('accountId' in entry) seen.push(entry.accountId)
      }
    })()
    await Promise.all(accounts.map((id) => sessions.endAll(id, 1, 'logout_all')))
    writing = false
    await reader
    expect(seen).toHaveLength(400)
    expect([...seen].sort()).toEqual([...accounts].sort())
  })

  test('a reader that waits is woken by another process at once', async () => {
    const url = await newDatabase()
    const [here, there] = [await openStores(url), await openStores(url)]
    const { cursor } = await here.sessions.revocations(undefined, atOnce)
    const waiting = here.sessions.revocations(cursor, { ...atOnce, waitMilliseconds: 5000 })
    await pause(300)
    const startedAt = performance.now()
    await there.sessions.endAll('ada', 1, 'logout_all')
    expect((await waiting).entries).toHaveLength(1)
    // Sooner than the next look by itself, a second after the last one.
    expect(performance.now() - startedAt).toBeLessThan(500)
  })

  test('behind PgBouncer, where nobody is told, a reader looks ten times a second', async () => {
    const url = await newDatabase()
    const here = await openStores(`${url}?pgbouncer=true`)
    const { cursor } = await here.sessions.revocations(undefined, atOnce)
    const waiting = here.sessions.revocations(cursor, { ...atOnce, waitMilliseconds: 5000 })
    await pause(50)
    const startedAt = performance.now()
    await withClient(url, (client) => client.query(append('ada')))
    expect((await waiting).entries).toHaveLength(1)
    expect(performance.now() - startedAt).toBeLessThan(800)
  })

  test('when the listening connection is cut, nothing is missed and it is made again', async () => {
    const url = await newDatabase()
    const { sessions } = await openStores(url)
    const { cursor } = await sessions.revocations(undefined, atOnce)
    const waiting = sessions.revocations(cursor, { ...atOnce, waitMilliseconds: 5000 })
    const cut = (): Promise<number> =>
      withClient(url, async (client) => {
        const { rows } = await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE query LIKE 'LISTEN%' AND datname = current_database()`)
        return rows.length
      })
    await pause(300)
    expect(await cut()).toBe(1)
    await withClient(url, (client) => client.query(append('ada')))
    expect(idsOf((await waiting).entries)).toEqual(['ada'])
    await pause(1000)
    expect(await cut()).toBe(1)
  })
})
