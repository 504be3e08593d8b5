import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/stores/sqlite/database.ts'
import { openDriver } from '../../../src/stores/sqlite/driver.ts'
import { migrations } from '../../../src/stores/sqlite/schema.ts'
import { drivers, newAccount, openStores, temporaryFolder, temporaryPath } from './fixture.ts'

describe.each(drivers)('an SQLite file by %s', (driver) => {
  test('the file and its log have mode 0600, a new folder 0700', async () => {
    const path = join(temporaryFolder(), 'data', 'auth.db')
    const { users } = await openStores({ driver, path })
    await users.create(newAccount('ada'))
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    const files = readdirSync(dirname(path))
    expect(files).toContain('auth.db-wal')
    for (const file of files) {
      expect(statSync(join(dirname(path), file)).mode & 0o777).toBe(0o600)
    }
  })

  test('what was written is there after opening anew', async () => {
    const path = temporaryPath()
    const first = await openStores({ driver, path })
    await first.users.create(newAccount('ada'))
    await first.stores.close()
    const second = await openStores({ driver, path })
    expect(await second.users.findByKey({ usernameKey: 'ada' })).toBeDefined()
    await second.stores.ping()
  })

  test('the file alone holds everything once the last store is closed', async () => {
    const path = temporaryPath()
    const { users, stores } = await openStores({ driver, path })
    await users.create(newAccount('ada'))
    await stores.close()
    const copy = temporaryPath()
    copyFileSync(path, copy)
    const second = await openStores({ driver, path: copy })
    expect(await second.users.findByKey({ usernameKey: 'ada' })).toBeDefined()
  })

  test('a database in memory works', async () => {
    const { users } = await openStores({ driver, path: ':memory:' })
    await users.create(newAccount('ada'))
    expect(await users.findByKey({ usernameKey: 'ada' })).toBeDefined()
  })

  test('a file that is no database is named', async () => {
    const path = temporaryPath()
    writeFileSync(path, 'These are my notes, not a database. '.repeat(100))
    await expect(openStores({ driver, path })).rejects.toThrow(
      `The file ${path} is not an SQLite database.`,
    )
  })

  test('a folder that cannot be made or written is named', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    const path = join(folder, 'file', 'auth.db')
    await expect(openStores({ driver, path })).rejects.toThrow(`Cannot make the folder`)
    mkdirSync(join(folder, 'auth.db'))
    await expect(openStores({ driver, path: join(folder, 'auth.db') })).rejects.toThrow(folder)
  })

  test('a newer schema and a database of another program are refused', async () => {
    const path = temporaryPath()
    const newer = await openDriver(path, driver)
    newer.exec('PRAGMA user_version = 999')
    newer.close()
    await expect(openStores({ driver, path })).rejects.toThrow('written by a newer release')
    const foreignPath = temporaryPath()
    const foreign = await openDriver(foreignPath, driver)
    foreign.exec('CREATE TABLE todos (id INTEGER)')
    foreign.close()
    await expect(openStores({ driver, path: foreignPath })).rejects.toThrow('another program')
  })

  test('K2: a key of a file of schema version 1 is active from its birth', async () => {
    const path = temporaryPath()
    const older = await openDriver(path, driver)
    for (const sql of migrations.slice(0, 1).flat()) older.exec(sql)
    older.exec("INSERT INTO signing_keys VALUES (1, 'k1', 'ES256', '{}', 'sealed', 1234)")
    older.exec('PRAGMA user_version = 1')
    older.close()
    const { stores } = await openStores({ driver, path })
    expect(await stores.keys.listKeys()).toMatchObject([{ kid: 'k1', activeAt: 1234 }])
  })

  test('ten handles that open a new file at once agree on its tables', async () => {
    const path = temporaryPath()
    const opened = await Promise.all(Array.from({ length: 10 }, () => openStores({ driver, path })))
    await opened[0]?.users.create(newAccount('ada'))
    expect(await opened[9]?.users.findByKey({ usernameKey: 'ada' })).toBeDefined()
  })

  test('a lock is waited for without blocking the event loop', async () => {
    const path = temporaryPath()
    const { users } = await openStores({ driver, path })
    const other = await openDriver(path, driver)
    other.exec('BEGIN IMMEDIATE')
    let ticks = 0
    const ticking = setInterval(() => {
      ticks += 1
    }, 5)
    setTimeout(() => other.exec('COMMIT'), 200)
    expect(await users.create(newAccount('ada'))).toMatchObject({ username: 'ada' })
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(10)
    other.close()
  })

  test('Z1: a lock that stays is temporarily_unavailable at the deadline, and reads go on', async () => {
    const path = temporaryPath()
    const { users } = await openStores({ driver, path, busyDeadlineMilliseconds: 100 })
    const other = await openDriver(path, driver)
    other.exec('BEGIN IMMEDIATE')
    await expect(users.create(newAccount('ada'))).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      details: { retryAfterSeconds: 1 },
    })
    expect(await users.findByKey({ usernameKey: 'ada' })).toBeUndefined()
    other.exec('ROLLBACK')
    expect(await users.create(newAccount('ada'))).toMatchObject({ username: 'ada' })
    other.close()
  })

  test('a transaction that throws changes nothing, and does not call back', async () => {
    const database = await openDatabase({ path: ':memory:', driver })
    await database.transaction((transaction) => {
      transaction.run('CREATE TABLE numbers (value INTEGER) STRICT')
    })
    const committed: string[] = []
    const failing = database.transaction((transaction) => {
      transaction.afterCommit(() => committed.push('never'))
      transaction.run('INSERT INTO numbers VALUES (1)')
      transaction.run('INSERT INTO numbers VALUES (?)', ['no number'])
    })
    await expect(failing).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(committed).toEqual([])
    expect(await database.read((queries) => queries.all('SELECT * FROM numbers'))).toEqual([])
    database.close()
  })

  test('a durable transaction is fully synced, and only that one', async () => {
    const database = await openDatabase({ path: temporaryPath(), driver })
    const level = () => database.read((queries) => queries.get('PRAGMA synchronous'))
    const inside = await database.transaction((queries) => queries.get('PRAGMA synchronous'), {
      durable: true,
    })
    expect(inside).toMatchObject({ synchronous: 2 })
    expect(await level()).toMatchObject({ synchronous: 1 })
    database.close()
  })

  test('a value that the driver cannot bind is a TypeError, not the end of the process', async () => {
    const database = await openDatabase({ path: ':memory:', driver })
    for (const value of [true, undefined, {}, Number.NaN]) {
      const reading = database.read((queries) => queries.get('SELECT ?', [value as never]))
      await expect(reading).rejects.toThrow(TypeError)
    }
    database.close()
  })

  test('a closed store is temporarily_unavailable', async () => {
    const { users, stores } = await openStores({ driver })
    await stores.close()
    await expect(users.findById('x')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  })
})
