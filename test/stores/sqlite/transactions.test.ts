/** Transactions of one turn of the loop, committed together. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { type Driver, openDriver } from '../../../src/stores/sqlite/driver.ts'
import { isBusy } from '../../../src/stores/sqlite/failure.ts'
import { createTransactions, type Transaction } from '../../../src/stores/sqlite/transactions.ts'
import { drivers, temporaryPath } from './fixture.ts'

describe.each(drivers)('transactions together, by %s', (name) => {
  async function start() {
    const path = temporaryPath()
    const driver = await openDriver(path, name)
    onTestFinished(() => driver.close())
    driver.exec('PRAGMA journal_mode = WAL')
    driver.exec('CREATE TABLE numbers (value INTEGER PRIMARY KEY) STRICT')
    const said: string[] = []
    const run = createTransactions({
      queries: recording(driver, said),
      exec: (sql) => {
        said.push(sql)
        driver.exec(sql)
      },
      whenFree: async (attempt) => attempt(),
      check: () => {},
    })
    const stored = () => driver.prepare('SELECT value FROM numbers ORDER BY value').all([])
    return { path, driver, run, said, stored }
  }

  const add = (value: number) => (transaction: Transaction) => {
    transaction.run('INSERT INTO numbers VALUES (?)', [value])
    return value
  }
  const values = (...all: number[]) => all.map((value) => ({ value }))

  test('those that begin in one turn are one commit, and each has its own result', async () => {
    const { run, said, stored } = await start()
    const all = [1, 2, 3, 4, 5]
    expect(await Promise.all(all.map((value) => run(add(value), {})))).toEqual(all)
    expect(said.filter((sql) => sql === 'COMMIT')).toHaveLength(1)
    expect(stored()).toEqual(values(...all))
  })

  test('one that throws is undone alone, and only what was committed is told of, once', async () => {
    const { run, stored } = await start()
    const told: number[] = []
    const telling = (value: number, fails: boolean) => (transaction: Transaction) => {
      transaction.afterCommit(() => told.push(value))
      add(value)(transaction)
      if (fails) throw new Error(`no ${value}`)
      return value
    }
    const running = [1, 2, 3].map((value) => run(telling(value, value === 2), {}))
    const settled = await Promise.allSettled(running)
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(settled[1]).toMatchObject({ reason: { message: 'no 2' } })
    expect(stored()).toEqual(values(1, 3))
    expect(told.sort()).toEqual([1, 3])
  })

  test('two that contradict each other: the first stands, the second sees it', async () => {
    const { run, stored } = await start()
    const settled = await Promise.allSettled([run(add(1), {}), run(add(1), {})])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(stored()).toEqual(values(1))
  })

  test('durable ones share one wait for the disk, and the others have none', async () => {
    const { run, said } = await start()
    await Promise.all([
      run(add(1), {}),
      run(add(2), { durable: true }),
      run(add(3), { durable: true }),
    ])
    const steps = said.filter((sql) => /PRAGMA|COMMIT/.test(sql))
    expect(steps).toEqual([
      'COMMIT',
      'PRAGMA synchronous = FULL',
      'COMMIT',
      'PRAGMA synchronous = NORMAL',
    ])
  })

  test('one that only reads needs no lock', async () => {
    const { path, run } = await start()
    const other = await openDriver(path, name)
    other.exec('BEGIN IMMEDIATE')
    const read = (transaction: Transaction) => transaction.get('SELECT count(*) AS n FROM numbers')
    expect(await run(read, { readOnly: true })).toMatchObject({ n: 0 })
    await expect(run(read, {})).rejects.toSatisfy(isBusy)
    other.exec('ROLLBACK')
    other.close()
  })

  test('more than one commit may hold are all carried out', async () => {
    const { run, said, stored } = await start()
    const all = Array.from({ length: 200 }, (_, index) => index)
    await Promise.all(all.map((value) => run(add(value), {})))
    expect(stored()).toHaveLength(200)
    expect(said.filter((sql) => sql === 'COMMIT').length).toBeLessThan(8)
  })
})

function recording(driver: Driver, said: string[]) {
  const statement = (sql: string) => {
    said.push(sql)
    return driver.prepare(sql)
  }
  return {
    get: <Row>(sql: string, parameters: readonly never[] = []) =>
      statement(sql).all(parameters)[0] as Row | undefined,
    all: <Row>(sql: string, parameters: readonly never[] = []) =>
      statement(sql).all(parameters) as readonly Row[],
    run: (sql: string, parameters: readonly never[] = []) => statement(sql).run(parameters),
  }
}
