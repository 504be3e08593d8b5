/** Statements that a connection keeps under a name, and a pooler that mixes connections up. */

import { afterAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../../src/stores/postgres/database.ts'
import type { PostgresPool } from '../../../src/stores/postgres/pool.ts'
import { sharedPostgres } from '../../support/postgres-server.ts'
import { openStores, watchedPool } from './fixture.ts'

const server = await sharedPostgres('prepared statements of PostgreSQL')
afterAll(() => server?.dispose())

const absent = '01990000-0000-7000-8000-000000000000'

describe.runIf(server)('prepared statements in PostgreSQL', () => {
  async function start(settings: { readonly max?: number } = {}) {
    const url = (await server?.createDatabase()) ?? ''
    const watched = watchedPool(url, settings)
    const { users } = await openStores(watched.pool)
    const named = (from: number) => watched.sent.slice(from).map(({ name }) => name !== undefined)
    const read = () => users.refreshAccount(absent, absent)
    return { ...watched, read, named }
  }

  test('a statement is parsed once a connection', async () => {
    const { pool, read } = await start({ max: 2 })
    for (let round = 0; round < 20; round += 1) await read()
    const client = await pool.connect()
    const { rows } = await client.query({
      text: `SELECT statement, generic_plans + custom_plans AS runs FROM pg_prepared_statements
        WHERE statement LIKE '%session_ended%'`,
      values: [],
    })
    client.release()
    expect(rows).toHaveLength(1)
    expect(Number((rows[0] as { runs: string }).runs)).toBeGreaterThan(10)
  })

  test('where a connection has lost them, all go on, and statements are sent in full', async () => {
    const { pool, sent, read, named } = await start()
    await read()
    const forgetting = await pool.connect()
    await forgetting.query({ text: 'DEALLOCATE ALL', values: [] })
    forgetting.release()
    const from = sent.length
    for (let round = 0; round < 5; round += 1) expect(await read()).toBeUndefined()
    expect(named(from)).toEqual([true, false, false, false, false, false])
  })

  test("where another client's statement has the name, likewise", async () => {
    const first = await start({ max: 1 })
    await first.read()
    const name = first.sent.at(-1)?.name ?? ''
    expect(name).toMatch(/^countersign_[0-9a-f]{32}$/)
    const second = await start({ max: 1 })
    await takesAName(second.pool, name)
    const from = second.sent.length
    expect(await second.read()).toBeUndefined()
    expect(second.named(from)).toEqual([true, false])
  })

  test('behind PgBouncer, as the URL says, nothing is prepared', async () => {
    const { pool, sent } = await start()
    const database = createDatabase({ pool, schema: 'countersign', where: 'It', prepares: false })
    const from = sent.length
    await database.run('SELECT 1')
    expect(sent.slice(from)).toEqual([{ text: 'SELECT 1', values: [] }])
  })
})

async function takesAName(pool: PostgresPool, name: string): Promise<void> {
  const client = await pool.connect()
  await client.query({ text: `PREPARE "${name}" AS SELECT 1`, values: [] })
  client.release()
}
