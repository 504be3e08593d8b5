/** What opening an SQLite file would change in its schema, without changing it. */

import { existsSync } from 'node:fs'
import { openDriver } from './driver.ts'
import { startUpError } from './failure.ts'
import { migrations } from './schema.ts'

/** @throws Error with a sentence that names the path. */
export async function pendingSqliteMigrations(path: string): Promise<readonly string[]> {
  const found = existsSync(path) ? await versionOf(path) : 0
  const pending = migrations.slice(found).flat()
  return pending.length === 0 ? [] : [...pending, `PRAGMA user_version = ${migrations.length}`]
}

async function versionOf(path: string): Promise<number> {
  try {
    const driver = await openDriver(path)
    const [row] = driver.prepare('PRAGMA user_version').all([])
    driver.close()
    return (row as { readonly user_version: number }).user_version
  } catch (cause) {
    throw startUpError(path, cause)
  }
}
