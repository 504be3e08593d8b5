import { describe, expect, test } from 'vitest'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import { parsePostgresUrl } from '../../src/stores/postgres/driver.ts'

const accountsOf = (database: unknown, databaseSchema?: string) =>
  resolveOptions({ database, ...(databaseSchema && { databaseSchema }) } as object, {}).accounts

describe('the option database', () => {
  test('a scheme decides what opens it', () => {
    expect(accountsOf('sqlite:/tmp/x.db')).toEqual({ kind: 'sqlite', path: '/tmp/x.db' })
    for (const database of ['postgres://db/app', 'postgresql://db/app']) {
      expect(accountsOf(database)).toEqual({ kind: 'postgres', database, schema: undefined })
    }
  })

  test('DATABASE_URL is read where nothing is given', () => {
    const environment = { DATABASE_URL: 'postgres://db/app' }
    expect(resolveOptions({}, environment).accounts.kind).toBe('postgres')
    const given = resolveOptions({ database: 'sqlite:x.db' }, environment)
    expect(given.accounts.kind).toBe('sqlite')
  })

  test('a pool is taken as it is; a single client and other things are refused', () => {
    const pool = { connect: async () => ({}), on: () => {}, idleCount: 0 }
    expect(accountsOf(pool, 'auth')).toEqual({ kind: 'postgres', database: pool, schema: 'auth' })
    for (const other of [{ connect: async () => {} }, 7, []]) {
      expect(() => accountsOf(other)).toThrow('database must be a URL, a pg.Pool, a Db of mongodb')
    }
  })

  test('what is wrong is named without the password', () => {
    const given = 'mysql://root:very-secret@db/app'
    expect(() => accountsOf(given)).toThrow("must be 'sqlite:PATH', 'postgres://")
    expect(() => accountsOf(given)).not.toThrow('very-secret')
    expect(() => accountsOf('postgres://db/app', 'a-b')).toThrow('databaseSchema must be')
    expect(() => accountsOf('sqlite:x.db', 'auth')).toThrow('databaseSchema is for PostgreSQL')
  })
})

describe('a PostgreSQL URL', () => {
  test('our own parameters are taken out, and the others stay', () => {
    const url = 'postgres://u:p@db:5433/app?schema=auth&pool=4&pgbouncer=true&sslmode=require'
    expect(parsePostgresUrl(url)).toEqual({
      connectionString: 'postgres://u:p@db:5433/app?sslmode=require',
      schema: 'auth',
      poolSize: 4,
      pgbouncer: true,
      where: 'The PostgreSQL database db:5433/app',
    })
  })

  test('a parameter that cannot be is a sentence', () => {
    expect(parsePostgresUrl('postgres://db/app?schema=pg_x')).toMatch(/^has a schema/)
    expect(parsePostgresUrl('postgres://db/app?schema=A')).toMatch(/^has a schema/)
    expect(parsePostgresUrl('postgres://db/app?pool=none')).toMatch(/^has a pool/)
    expect(parsePostgresUrl('postgres://db/app?pgbouncer=yes')).toMatch(/^has a pgbouncer/)
  })
})
