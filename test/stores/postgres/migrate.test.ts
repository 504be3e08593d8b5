/** The schema: made once by many processes, brought up under load, never down. */

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { createDatabase } from '../../../src/stores/postgres/database.ts'
import { migrate, pendingMigrations } from '../../../src/stores/postgres/migrate.ts'
import { openPostgresStores, pendingPostgresMigrations } from '../../../src/stores/postgres/open.ts'
import { migrations } from '../../../src/stores/postgres/schema.ts'
import { sharedPostgres, withClient } from '../../support/postgres-server.ts'
import { newAccount } from '../sqlite/fixture.ts'
import { openStores } from './fixture.ts'

const server = await sharedPostgres('the schema in PostgreSQL')
afterAll(() => server?.dispose())

const next = [...migrations, ['ALTER TABLE {schema}.users ADD COLUMN colour text']]

describe.runIf(server)('the schema in PostgreSQL', () => {
  const newDatabase = async (): Promise<string> => (await server?.createDatabase()) ?? ''

  function databaseOf(url: string) {
    const pool = new pg.Pool({ connectionString: url })
    onTestFinished(() => pool.end())
    return createDatabase({ pool, schema: 'countersign', where: 'the test' })
  }

  test('ten processes that start at once make it once', async () => {
    const url = await newDatabase()
    const all = await Promise.all(Array.from({ length: 10 }, () => openStores(url)))
    const made = await Promise.all(all.map(({ users }) => users.create(newAccount('ada'))))
    expect(made.filter((one) => typeof one === 'object')).toHaveLength(1)
  })

  test('a dry run shows what opening would send, changes nothing, and is empty after it', async () => {
    const url = await newDatabase()
    const sql = await pendingPostgresMigrations({ database: `${url}?schema=elsewhere` })
    expect(sql[0]).toBe('CREATE SCHEMA IF NOT EXISTS elsewhere')
    expect(sql.join('\n')).not.toContain('{schema}')
    const schemas = `SELECT FROM pg_namespace WHERE nspname = 'elsewhere'`
    expect((await withClient(url, (client) => client.query(schemas))).rowCount).toBe(0)
    // By hand, as an administrator with more rights may.
    await withClient(url, (client) => client.query(`${sql.join(';\n')};`))
    expect(await pendingPostgresMigrations({ database: `${url}?schema=elsewhere` })).toEqual([])
    const { users } = await openStores(`${url}?schema=elsewhere`, 'elsewhere')
    expect(await users.create(newAccount('ada'))).toMatchObject({ username: 'ada' })
  })

  test('it is brought to a newer version while processes of the older one are at work', async () => {
    const url = await newDatabase()
    const { users } = await openStores(url)
    let working = true
    let failures = 0
    const worker = async (): Promise<number> => {
      let done = 0
      while (working) {
        const id = uuidV7(1_800_000_000_000)
        const made = await users.create(newAccount(id, { id })).catch(() => undefined)
        if (typeof made === 'object' && (await users.findById(id)) !== undefined) done += 1
        else failures += 1
      }
      return done
    }
    const workers = [worker(), worker(), worker()]
    await pause(200)
    const processes = [databaseOf(url), databaseOf(url), databaseOf(url)]
    await Promise.all(processes.map((database) => migrate(database, 'the test', next)))
    await pause(200)
    working = false
    for (const done of await Promise.all(workers)) expect(done).toBeGreaterThan(5)
    expect(failures).toBe(0)
    expect(await pendingMigrations(databaseOf(url), next)).toEqual([])
  })

  test('a schema of a newer release is refused, and the sentence names both versions', async () => {
    const url = await newDatabase()
    await migrate(databaseOf(url), 'the test', next)
    await expect(openStores(url)).rejects.toThrow(
      `has schema version ${next.length}, and this release knows ${migrations.length}`,
    )
  })

  test('what cannot be opened is said in one sentence, without the password', async () => {
    const open = (database: string) => openPostgresStores({ database, ...contractLifetimes })
    const url = new URL(await newDatabase())
    url.password = 'very-secret'
    url.pathname = '/nowhere'
    const error = await open(url.href).then(
      () => new Error('opened'),
      (cause: Error) => cause,
    )
    expect(error.message).toBe(
      `The PostgreSQL database ${url.host}/nowhere does not exist; make it with createdb.`,
    )
    await expect(open('postgres://u:very-secret@127.0.0.1:1/x')).rejects.toThrow(
      /^The PostgreSQL database 127\.0\.0\.1:1\/x cannot be opened: [^\n]*ECONNREFUSED/,
    )
    await expect(open('postgres://127.0.0.1/x?pool=0')).rejects.toThrow('whole number from 1')
  })

  test('a database that runs transactions at another level is refused', async () => {
    const url = await newDatabase()
    const name = new URL(url).pathname.slice(1)
    await withClient(url, (client) =>
      client.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`),
    )
    await expect(openStores(url)).rejects.toThrow("to 'read committed'")
  })
})
