/** The schema of a file: brought up from every earlier version, never down, never half. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDriver } from '../../../src/stores/sqlite/driver.ts'
import { migrations } from '../../../src/stores/sqlite/schema.ts'
import { drivers, newAccount, newSession, openStores, temporaryPath } from './fixture.ts'

const newest = migrations.length
const earlier = migrations.map((_, index) => index)

function collectWarnings(): readonly Error[] {
  const warnings: Error[] = []
  const listen = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  return warnings
}

describe.each(drivers)('the schema of an SQLite file by %s', (driver) => {
  async function makeFile(version: number): Promise<string> {
    const path = temporaryPath()
    const file = await openDriver(path, driver)
    for (const sql of migrations.slice(0, version).flat()) file.exec(sql)
    file.exec(`PRAGMA user_version = ${version}`)
    file.close()
    return path
  }

  async function look(path: string, sql: string): Promise<readonly unknown[]> {
    const file = await openDriver(path, driver)
    const rows = file.prepare(sql).all([])
    file.close()
    return rows
  }

  const shapeOf = (path: string) =>
    look(path, 'SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name')

  async function setVersion(path: string, version: number): Promise<void> {
    const file = await openDriver(path, driver)
    file.exec(`PRAGMA user_version = ${version}`)
    file.close()
  }

  test.each(earlier)('a file of version %i becomes as a new one, and works', async (version) => {
    const path = await makeFile(version)
    const { users, sessions, time, stores } = await openStores({ driver, path })
    await users.create(newAccount('ada'))
    await sessions.create(newSession('ada', time.now), 20)
    await stores.close()
    expect(await look(path, 'PRAGMA user_version')).toMatchObject([{ user_version: newest }])
    expect(await shapeOf(path)).toEqual(await shapeOf(await makeFile(newest)))
    expect(await look(path, 'PRAGMA integrity_check')).toMatchObject([{ integrity_check: 'ok' }])
  })

  test.each(earlier.slice(1))('what a file of version %i holds is kept', async (version) => {
    const path = await makeFile(version)
    const file = await openDriver(path, driver)
    file.exec(`INSERT INTO users (id, username, username_key, email_verified, password_hash, status,
      session_epoch, roles, scopes, created_at, updated_at)
      VALUES ('1', 'Ada', 'ada', 0, 'hash', 'active', 3, '["admin"]', '[]', 1, 1)`)
    file.close()
    const { users } = await openStores({ driver, path })
    const kept = { id: '1', username: 'Ada', sessionEpoch: 3, roles: ['admin'] }
    expect(await users.findByKey({ usernameKey: 'ada' })).toMatchObject(kept)
  })

  test('a file of the next release is refused, and the sentence names path and versions', async () => {
    const path = await makeFile(newest)
    await setVersion(path, newest + 1)
    await expect(openStores({ driver, path })).rejects.toThrow(
      `The SQLite database ${path} has schema version ${newest + 1}, and this release knows ${newest}`,
    )
  })

  test('a process whose file a newer release has migrated writes nothing, and says so once', async () => {
    const warnings = collectWarnings()
    const path = await makeFile(newest)
    const { users, sessions, time } = await openStores({ driver, path })
    await users.create(newAccount('ada'))
    await setVersion(path, newest + 1)
    const refused = { code: 'temporarily_unavailable', status: 503 }
    await expect(users.create(newAccount('bob'))).rejects.toMatchObject(refused)
    await expect(sessions.create(newSession('ada', time.now), 20)).rejects.toMatchObject(refused)
    await expect(sessions.endAll('ada', 1, 'logout_all')).rejects.toMatchObject(refused)
    await expect(sessions.prune()).rejects.toMatchObject(refused)
    expect(await users.findByKey({ usernameKey: 'ada' })).toBeDefined()
    expect(await users.findByKey({ usernameKey: 'bob' })).toBeUndefined()
    await nextTurn()
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining(`now has schema version ${newest + 1}, and this process knows`),
    ])
    // The operator went back to the older release and its file.
    await setVersion(path, newest)
    expect(await users.create(newAccount('bob'))).toMatchObject({ username: 'bob' })
  })
})
